CREATE TABLE p (id int NOT NULL, v int) PARTITION BY RANGE (id);
CREATE INDEX p_v ON p (v);
CREATE TABLE p1 (id int NOT NULL, v int);
CREATE INDEX p1_v_own ON p1 (v);
