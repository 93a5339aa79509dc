CREATE TABLE t (a integer, b text, c integer);
CREATE TABLE k (a integer PRIMARY KEY, b text);
