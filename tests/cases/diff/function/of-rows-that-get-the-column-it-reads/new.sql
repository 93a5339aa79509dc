CREATE TABLE t (a integer, b varchar(20), c text);
CREATE FUNCTION full_name(t) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1.c';
CREATE INDEX i ON t (full_name(t.*));
CREATE VIEW v AS SELECT t.full_name FROM t;
