CREATE TABLE t (a integer, b text, c integer);
CREATE VIEW z AS SELECT a FROM t; CREATE VIEW a AS SELECT a FROM z;
