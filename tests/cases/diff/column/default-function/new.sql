CREATE TABLE t (id integer PRIMARY KEY, x timestamptz DEFAULT now());
