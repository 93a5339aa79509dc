CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql SET work_mem TO '1MB' AS 'SELECT 1';
