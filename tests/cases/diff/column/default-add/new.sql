CREATE TABLE t (id integer PRIMARY KEY, x integer DEFAULT 3);
