CREATE TABLE p (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE f (a int, b int);
