CREATE TABLE x (a int, b text);
CREATE TABLE t (v x, w x[]);
CREATE DOMAIN y AS text;
CREATE TABLE u (y y);
