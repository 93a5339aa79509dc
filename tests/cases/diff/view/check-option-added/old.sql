CREATE TABLE t (a int, b text);
CREATE VIEW v AS SELECT a FROM t WHERE a > 0;
CREATE VIEW w WITH (security_barrier) AS SELECT a FROM v;
