CREATE TABLE t (a integer) WITH (fillfactor = 50, autovacuum_enabled = off, toast_tuple_target = 300, parallel_workers = 2);
