CREATE TABLE p (a integer DEFAULT 1, b text NOT NULL);
CREATE TABLE p2 (q integer); CREATE TABLE c (z integer) INHERITS (p, p2);
