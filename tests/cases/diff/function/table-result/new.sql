CREATE FUNCTION f(integer) RETURNS TABLE(x integer, y text) LANGUAGE sql  AS 'SELECT 1, 2::text';
