CREATE TABLE p (a int, b text, c int) PARTITION BY RANGE (a);
CREATE TABLE f (a int, b text);
