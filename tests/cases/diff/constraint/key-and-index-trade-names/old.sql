CREATE TABLE t (id int, x int, CONSTRAINT a UNIQUE (id));
CREATE INDEX b ON t (x);
