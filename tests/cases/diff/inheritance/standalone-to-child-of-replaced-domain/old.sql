CREATE DOMAIN d AS varchar(9);
CREATE TABLE l (a d);
CREATE TABLE l1 (a d);
