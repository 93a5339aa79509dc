CREATE TABLE t (a integer, b integer, c integer);
CREATE STATISTICS s (ndistinct) ON a, b FROM t;
