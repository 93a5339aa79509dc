CREATE TABLE t (id integer PRIMARY KEY, x numeric(10,2));
