CREATE TABLE a (x integer, y integer);
CREATE TABLE b (x integer);
CREATE TABLE c (w text);
CREATE TABLE d (y integer NOT NULL) INHERITS (a, b, c);
CREATE TABLE e () INHERITS (d);
