CREATE TABLE t (a integer, b text, c integer);
CREATE MATERIALIZED VIEW v AS SELECT a FROM t;
