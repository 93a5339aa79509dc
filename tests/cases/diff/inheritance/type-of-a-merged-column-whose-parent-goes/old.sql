CREATE TABLE a (id integer, t text);
CREATE TABLE c (id integer, t text, z text) INHERITS (a);
