CREATE TABLE p (a integer, CONSTRAINT k CHECK (a > 0));
CREATE TABLE q (a integer, CONSTRAINT k CHECK (a > 0));
CREATE TABLE c () INHERITS (p, q);
