CREATE TABLE r (x integer PRIMARY KEY, y integer, UNIQUE (x, y)); CREATE TABLE t (a integer, b integer, c int4range);
CREATE FUNCTION ok(integer) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT $1 > 0'; CREATE TABLE z (a integer CHECK (ok(a)), b integer DEFAULT 1);
