CREATE FUNCTION sf(integer, integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT $1 + $2'; CREATE FUNCTION ff(integer) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
CREATE FUNCTION s2(text, integer) RETURNS text LANGUAGE sql AS 'SELECT $1'; CREATE AGGREGATE g(integer) (SFUNC = s2, STYPE = text);
