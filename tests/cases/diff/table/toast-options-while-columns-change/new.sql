CREATE TABLE t (a varchar(20), b integer[]) WITH (toast.autovacuum_enabled = false);
