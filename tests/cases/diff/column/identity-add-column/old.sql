CREATE TABLE t (id integer PRIMARY KEY, y integer);
