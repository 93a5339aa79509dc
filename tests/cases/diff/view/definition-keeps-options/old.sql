CREATE TABLE t (a integer, b text, c integer);
CREATE VIEW v WITH (security_barrier) AS SELECT a FROM t;
