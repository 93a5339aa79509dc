CREATE TABLE t (a integer, b text) PARTITION BY RANGE (a);
CREATE TABLE t1 (a integer, b text);
