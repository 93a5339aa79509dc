CREATE TABLE t (a timestamp(6));
