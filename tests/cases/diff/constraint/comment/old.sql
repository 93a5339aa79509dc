CREATE TABLE r (x integer PRIMARY KEY, y integer, UNIQUE (x, y)); CREATE TABLE t (a integer, b integer, c int4range);
