CREATE TABLE p (a integer, z text);
CREATE TABLE c (b integer);
CREATE TABLE d (q integer) INHERITS (c);
CREATE INDEX i ON d (b);
