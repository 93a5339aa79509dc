CREATE TABLE p (a int, b varchar(5)) PARTITION BY RANGE (a);
CREATE TABLE f (a int, b text);
