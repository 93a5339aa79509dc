CREATE FUNCTION f(integer) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT $1::bigint';
CREATE TABLE q (x integer, y text GENERATED ALWAYS AS (f(x)::text) STORED);
