CREATE FUNCTION fs(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'byteaout';
CREATE TYPE mt AS (a int);
CREATE FUNCTION ts(internal) RETURNS mt LANGUAGE internal IMMUTABLE AS 'record_in';
CREATE FUNCTION f(mt) RETURNS int LANGUAGE sql AS 'SELECT 1';
