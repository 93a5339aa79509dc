CREATE TABLE p (a integer);
CREATE TABLE q (a integer, z integer);
CREATE TABLE c () INHERITS (q, p);
