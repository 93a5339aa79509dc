CREATE TYPE ct AS (a integer, b text); CREATE TABLE t (x ct); CREATE FUNCTION f(ct) RETURNS integer LANGUAGE sql AS 'SELECT 1';
