CREATE TABLE t (id integer PRIMARY KEY, x text, y integer);
GRANT SELECT (x), UPDATE (x, y) ON t TO PUBLIC;
