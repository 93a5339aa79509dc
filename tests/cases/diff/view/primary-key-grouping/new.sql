CREATE TABLE t (a integer, b text, c integer);
CREATE TABLE k (a integer PRIMARY KEY, b text); CREATE VIEW v AS SELECT a, b, count(*) FROM k GROUP BY a;
