CREATE TABLE a (id integer, t text);
CREATE TABLE c (id bigint, t varchar(9), z text);
