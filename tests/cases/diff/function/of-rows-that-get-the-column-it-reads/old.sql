CREATE TABLE t (a integer, b text);
CREATE FUNCTION full_name(t) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1.b';
CREATE INDEX i ON t (full_name(t.*));
CREATE VIEW v AS SELECT t.full_name FROM t;
