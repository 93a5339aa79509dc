CREATE TABLE t (b text) WITH (autovacuum_enabled = off);
ALTER TABLE t ALTER b SET (n_distinct_inherited = 10);
