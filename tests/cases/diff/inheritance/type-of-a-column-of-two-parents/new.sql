CREATE TABLE a (id bigint, n text);
CREATE TABLE b (id bigint, m text);
CREATE TABLE c (z integer) INHERITS (a, b);
CREATE INDEX ON c (id);
