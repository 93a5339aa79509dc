CREATE TABLE t (a integer, b integer);
CREATE INDEX i ON t (a);
CREATE INDEX j ON t (b) TABLESPACE fast;
