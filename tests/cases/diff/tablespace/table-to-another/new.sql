CREATE TABLE t (a bigint) TABLESPACE "Slow One";
