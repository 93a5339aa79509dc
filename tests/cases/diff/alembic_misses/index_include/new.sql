CREATE TABLE t (n int, m int); CREATE INDEX i ON t (n) INCLUDE (m);
