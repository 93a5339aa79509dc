CREATE TABLE a (id integer);
CREATE TABLE b (id integer, z text) INHERITS (a);
CREATE TABLE o (id integer);
CREATE TABLE c (id integer) INHERITS (a, o);
