CREATE DOMAIN citext AS text;
CREATE TABLE t (c citext UNIQUE DEFAULT 'X', d citext[]);
CREATE VIEW v AS SELECT c FROM t;
