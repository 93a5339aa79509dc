CREATE TABLE t (a interval(3));
