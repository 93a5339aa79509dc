CREATE TABLE p (other integer);
CREATE TABLE p2 (id bigserial NOT NULL);
CREATE TABLE c (f polygon) INHERITS (p2);
