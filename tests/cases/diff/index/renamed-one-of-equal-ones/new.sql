CREATE TABLE t (x int);
CREATE INDEX d ON t (x);
CREATE INDEX b ON t (x);
