CREATE TABLE t(a int, b int, c int);
CREATE STATISTICS s (ndistinct) ON a,b FROM t;
