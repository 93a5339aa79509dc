CREATE TYPE c AS (a int);
CREATE FUNCTION tc(text) RETURNS c LANGUAGE sql IMMUTABLE AS 'select row(1)::c';
CREATE TABLE t(x c);
