CREATE TABLE a (id integer, t text);
CREATE TABLE o (id bigint);
CREATE TABLE c (id integer, t text) INHERITS (a);
CREATE VIEW v AS SELECT id FROM c;
