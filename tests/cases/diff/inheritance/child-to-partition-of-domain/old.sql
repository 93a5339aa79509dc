CREATE DOMAIN d AS varchar(9);
CREATE TABLE l (b int, a d);
CREATE TABLE l1 () INHERITS (l);
