CREATE TABLE t (id integer PRIMARY KEY, x timestamp DEFAULT now());
