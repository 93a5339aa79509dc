CREATE TABLE t (x varchar(20));
