CREATE TABLE p (a integer, z text);
CREATE TABLE c (b integer) INHERITS (p);
CREATE TABLE d (q integer) INHERITS (c);
CREATE INDEX i ON d (b);
