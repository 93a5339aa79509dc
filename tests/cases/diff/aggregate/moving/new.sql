CREATE FUNCTION sf(integer, integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT $1 + $2'; CREATE FUNCTION ff(integer) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
CREATE AGGREGATE m(integer) (SFUNC = int4pl, STYPE = integer, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, SSPACE = 8, SORTOP = <);
