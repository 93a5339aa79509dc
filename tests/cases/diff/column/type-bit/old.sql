CREATE TABLE t (id integer PRIMARY KEY, x bit(4));
