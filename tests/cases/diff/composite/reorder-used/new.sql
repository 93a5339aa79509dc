CREATE TYPE ct AS (b text, a integer); CREATE TABLE t (x ct); CREATE FUNCTION f(ct) RETURNS integer LANGUAGE sql AS 'SELECT 1';
