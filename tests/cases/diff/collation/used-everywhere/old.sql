CREATE COLLATION c (provider=icu, locale='en');
CREATE TABLE t(a text COLLATE c, CHECK (a COLLATE c > 'x'));
CREATE INDEX i ON t(a);
CREATE INDEX j ON t(lower(a) COLLATE c);
CREATE DOMAIN d AS text COLLATE c;
CREATE TYPE k AS (x text COLLATE c);
CREATE VIEW v AS SELECT a FROM t ORDER BY a COLLATE c;
CREATE TYPE r AS RANGE(subtype=text, collation=c);
