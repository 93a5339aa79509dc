CREATE TABLE a (x int);
CREATE TABLE b (x int CHECK (x > 0));
CREATE TABLE c (x int) INHERITS (a, b);
