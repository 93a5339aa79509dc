CREATE TABLE t (id integer PRIMARY KEY, x boolean DEFAULT true);
