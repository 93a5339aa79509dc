CREATE TABLE t (id int PRIMARY KEY, x int, y int, z int);
CREATE INDEX a ON t (x);
CREATE INDEX b ON t (y);
CREATE TABLE d (id int);
