CREATE TABLE t (id integer PRIMARY KEY, x integer, y integer GENERATED ALWAYS AS (x * 2) STORED);
