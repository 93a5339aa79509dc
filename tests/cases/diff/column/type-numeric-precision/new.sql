CREATE TABLE t (a numeric(9,2));
