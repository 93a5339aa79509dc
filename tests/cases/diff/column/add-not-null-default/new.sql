CREATE TABLE t (id integer PRIMARY KEY, x integer, y text NOT NULL DEFAULT 'n');
