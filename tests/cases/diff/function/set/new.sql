CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql SET search_path TO 'public', pg_temp AS 'SELECT 1';
