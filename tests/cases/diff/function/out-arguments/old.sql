CREATE FUNCTION f(IN a integer, OUT b integer) LANGUAGE sql AS 'SELECT 1';
