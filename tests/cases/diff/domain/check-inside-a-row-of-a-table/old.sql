CREATE DOMAIN z AS text;
CREATE TABLE r (a z, n integer);
CREATE TABLE t (x r, y r[]);
