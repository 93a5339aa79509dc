CREATE TABLE p (a integer, b text);
CREATE TABLE c (z integer) INHERITS (p);
