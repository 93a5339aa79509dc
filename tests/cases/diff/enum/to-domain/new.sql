CREATE DOMAIN x AS text;
CREATE TABLE t (q x, r x);
