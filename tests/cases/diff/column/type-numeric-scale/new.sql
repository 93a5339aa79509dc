CREATE TABLE t (id integer PRIMARY KEY, x numeric(12,4));
