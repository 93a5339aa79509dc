CREATE TABLE p (a int, b text) PARTITION BY RANGE (a);
CREATE TABLE f (a int, b text);
