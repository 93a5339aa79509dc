CREATE TABLE t (id int PRIMARY KEY, x int, y int, z int);
CREATE INDEX d ON t (x);
CREATE INDEX a ON t (y);
CREATE TABLE b (id int);
