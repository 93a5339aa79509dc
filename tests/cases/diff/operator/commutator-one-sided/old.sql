CREATE FUNCTION f(integer, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION g(text, integer) RETURNS boolean LANGUAGE sql AS 'SELECT true';
