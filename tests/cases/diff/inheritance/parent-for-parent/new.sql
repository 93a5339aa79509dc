CREATE TABLE q (a integer, b text);
CREATE TABLE c (x integer) INHERITS (q);
CREATE INDEX i ON c (a);
CREATE VIEW v AS SELECT a, b FROM c;
