CREATE TABLE a (x bigint, y integer);
CREATE TABLE b (x bigint);
CREATE TABLE c (w text);
CREATE TABLE d (y integer NOT NULL) INHERITS (a, b, c);
CREATE TABLE e () INHERITS (d);
