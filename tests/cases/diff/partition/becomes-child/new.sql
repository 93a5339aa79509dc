CREATE TABLE a (id integer NOT NULL, n integer, z text, CONSTRAINT k CHECK (n > 0));
CREATE TABLE a1 (CHECK (id = 1)) INHERITS (a);
CREATE INDEX i ON a1 (n);
