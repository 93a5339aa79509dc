CREATE TABLE t (id int, x int, CONSTRAINT b UNIQUE (id));
CREATE INDEX a ON t (x);
