CREATE TABLE p (a integer, b text);
CREATE TABLE c (x integer) INHERITS (p);
CREATE INDEX i ON c (a);
CREATE VIEW v AS SELECT a, b FROM c;
