CREATE TABLE p (a integer, b text);
CREATE TABLE c (a integer, z integer) INHERITS (p);
