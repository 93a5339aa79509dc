CREATE TABLE t (id integer PRIMARY KEY, x bit varying(8));
