CREATE UNLOGGED TABLE t (a integer PRIMARY KEY) WITH (fillfactor = 70) TABLESPACE "Slow One";
CREATE TABLE other (a integer) WITH (fillfactor = 60) TABLESPACE fast;
