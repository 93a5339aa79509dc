SET check_function_bodies = off; CREATE FUNCTION a1(integer) RETURNS integer LANGUAGE sql AS 'SELECT b1($1)'; CREATE FUNCTION b1(integer) RETURNS integer LANGUAGE sql AS 'SELECT a1($1)';
