CREATE TABLE pa (n text); CREATE TABLE tt () INHERITS (pa); CREATE INDEX ti ON tt (n);
