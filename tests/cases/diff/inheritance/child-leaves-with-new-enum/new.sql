CREATE TYPE e AS ENUM ('b', 'c');
CREATE TABLE p (k e);
CREATE TABLE c (k e);
