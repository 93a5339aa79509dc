CREATE TABLE y (a int, b text);
CREATE VIEW x AS SELECT a, b FROM y;
CREATE TABLE t (r x);
