CREATE TABLE a (id bigint, t varchar(9));
CREATE TABLE o (id bigint);
CREATE TABLE c (id bigint, t varchar(9)) INHERITS (a, o);
CREATE VIEW v AS SELECT id FROM c;
