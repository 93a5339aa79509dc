CREATE TABLE t (id integer PRIMARY KEY, x timestamp(3));
