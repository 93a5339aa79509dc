CREATE FUNCTION f(integer) RETURNS bigint LANGUAGE sql  AS 'SELECT 1::bigint';
