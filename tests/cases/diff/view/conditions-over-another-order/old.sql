CREATE TABLE t (c int, a int, b int);
CREATE TABLE u (b int, a int);
