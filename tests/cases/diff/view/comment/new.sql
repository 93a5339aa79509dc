CREATE TABLE t (a integer, b text, c integer);
CREATE VIEW v AS SELECT a FROM t; COMMENT ON VIEW v IS 'v'; COMMENT ON COLUMN v.a IS 'a';
