CREATE TABLE p (id integer);
CREATE TABLE p2 (id integer NOT NULL);
CREATE TABLE c (f text) INHERITS (p);
