CREATE TABLE t (a integer) TABLESPACE fast;
