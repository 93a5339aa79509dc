CREATE TABLE t (id integer PRIMARY KEY, a integer, b text, c numeric(10,2), d timestamptz);
CREATE INDEX i1 ON t (a); CREATE INDEX i2 ON t (b);
ALTER TABLE t CLUSTER ON i1;
