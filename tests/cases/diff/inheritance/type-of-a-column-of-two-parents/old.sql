CREATE TABLE a (id integer, n text);
CREATE TABLE b (id integer, m text);
CREATE TABLE c (z integer) INHERITS (a, b);
CREATE INDEX ON c (id);
