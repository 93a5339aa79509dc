CREATE FUNCTION f(IN a integer, OUT b integer, OUT c text) LANGUAGE sql AS 'SELECT 1, 2::text';
