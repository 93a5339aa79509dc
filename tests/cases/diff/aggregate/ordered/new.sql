CREATE FUNCTION sf(integer, integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT $1 + $2'; CREATE FUNCTION ff(integer) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
CREATE AGGREGATE o(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
