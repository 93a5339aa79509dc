CREATE TABLE p (id bigserial NOT NULL);
CREATE TABLE c (f polygon) INHERITS (p);
