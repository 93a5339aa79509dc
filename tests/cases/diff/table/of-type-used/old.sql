CREATE TYPE c AS (a integer, b text);
CREATE TYPE d AS (x c, y c[]);
CREATE TABLE t (q d);
CREATE FUNCTION f(c) RETURNS d LANGUAGE sql AS 'SELECT NULL::d';
CREATE TABLE ty OF c;
