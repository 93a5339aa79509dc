CREATE TABLE t (a integer, b text) PARTITION BY RANGE (a);
