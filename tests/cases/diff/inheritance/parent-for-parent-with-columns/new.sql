CREATE TABLE p (a integer, z text);
CREATE TABLE r (a integer, y text, CONSTRAINT k CHECK (a > 0));
CREATE TABLE c (b integer) INHERITS (r);
