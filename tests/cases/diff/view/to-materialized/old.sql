CREATE TABLE t (a integer, b text, c integer);
CREATE VIEW v AS SELECT a FROM t;
