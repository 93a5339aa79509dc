CREATE TABLE t (id integer PRIMARY KEY, x char(3));
