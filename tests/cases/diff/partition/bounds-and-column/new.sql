CREATE TABLE p (a integer, at date, b text, stage text DEFAULT 'x' NOT NULL) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1, 2);
CREATE INDEX i ON p (b);
