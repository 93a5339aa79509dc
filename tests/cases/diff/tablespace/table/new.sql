CREATE TABLE t (a integer, b text) TABLESPACE fast;
CREATE INDEX i ON t (a);
