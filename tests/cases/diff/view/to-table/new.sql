CREATE TABLE t (a integer, b text, c integer);
CREATE TABLE v (a integer);
