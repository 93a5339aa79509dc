CREATE TABLE t (a integer, b text, c integer);
CREATE VIEW v WITH (security_invoker = true) AS SELECT a FROM t;
