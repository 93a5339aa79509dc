CREATE TABLE r (x int, y int, z int, PRIMARY KEY (x, y, z));
CREATE TABLE t (a int, "B" int, c int, CONSTRAINT k FOREIGN KEY (a, "B", c) REFERENCES r ON DELETE SET NULL (c));
