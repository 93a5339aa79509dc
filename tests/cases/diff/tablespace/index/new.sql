CREATE TABLE t (a integer, b integer);
CREATE INDEX i ON t (a) TABLESPACE fast;
CREATE INDEX j ON t (b) TABLESPACE "Slow One";
