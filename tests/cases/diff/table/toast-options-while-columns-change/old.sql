CREATE TABLE t (a text, b varchar(20)) WITH (toast.autovacuum_enabled = false);
