CREATE TABLE t(a int);
CREATE FUNCTION c(t) RETURNS text LANGUAGE sql AS 'select 1::text';
CREATE CAST (t AS text) WITH FUNCTION c(t);
