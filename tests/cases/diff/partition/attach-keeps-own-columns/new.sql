CREATE TABLE p (a int, b varchar(5), c int) PARTITION BY RANGE (a);
CREATE TABLE f (a int, b varchar(5), c int);
ALTER TABLE p ATTACH PARTITION f FOR VALUES FROM (1) TO (3);
