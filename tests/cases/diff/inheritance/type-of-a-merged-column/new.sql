CREATE TABLE a (id bigint);
CREATE TABLE b (id bigint, z text) INHERITS (a);
CREATE TABLE o (id bigint);
CREATE TABLE c (id bigint) INHERITS (a, o);
