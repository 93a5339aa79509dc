CREATE TABLE t (a integer, b text COLLATE "C");
CREATE VIEW v AS SELECT a FROM t;
