CREATE TABLE t (id integer PRIMARY KEY, x integer DEFAULT 2);
