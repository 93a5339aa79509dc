CREATE TABLE p (a int);
CREATE TABLE c (b int, a_foster int) INHERITS (p);
