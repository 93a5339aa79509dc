CREATE TABLE t (a integer, b text);
CREATE MATERIALIZED VIEW m WITH (toast.autovacuum_enabled = false) AS SELECT b FROM t;
