CREATE TABLE t (b text) WITH (fillfactor = 50, autovacuum_enabled = off);
ALTER TABLE t ALTER b SET (n_distinct = -0.5, n_distinct_inherited = 10);
