CREATE TABLE a (x int, y text);
CREATE TABLE b (r a, s a[]);
CREATE FUNCTION f(a) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE INDEX i ON b (((r).x));
CREATE VIEW v AS SELECT (r).y, s FROM b;
