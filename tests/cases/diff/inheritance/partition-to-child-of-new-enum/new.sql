CREATE TYPE d AS ENUM ('b', 'c');
CREATE TABLE l (b int, a d);
CREATE TABLE l1 () INHERITS (l);
