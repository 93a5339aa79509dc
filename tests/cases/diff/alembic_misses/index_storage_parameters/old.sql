CREATE TABLE t (n int); CREATE INDEX i ON t (n);
