CREATE TABLE t (id integer PRIMARY KEY, x text CHECK (x <> ''));
