CREATE TABLE a (x bigint, y int);
CREATE TABLE b (y int CHECK (y > 0));
CREATE TABLE c (y int) INHERITS (a, b);
