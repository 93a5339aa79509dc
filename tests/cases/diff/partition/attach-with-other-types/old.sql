CREATE TABLE p (a int, b varchar(5) COLLATE "C", c text) PARTITION BY RANGE (a);
CREATE TABLE f (a int, b text, c int);
