CREATE TABLE t (a integer) WITH (fillfactor = 50, autovacuum_enabled = off);
