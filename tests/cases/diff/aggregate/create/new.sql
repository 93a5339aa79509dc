CREATE FUNCTION sf(integer, integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT $1 + $2'; CREATE FUNCTION ff(integer) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
CREATE AGGREGATE g(integer) (SFUNC = sf, STYPE = integer);
