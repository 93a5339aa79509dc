CREATE TABLE t (a int, b int, c int);
CREATE TABLE u (d int);
