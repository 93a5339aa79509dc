CREATE TABLE t (a integer, b integer, CONSTRAINT p PRIMARY KEY (a) INCLUDE (b) WITH (fillfactor = 50, deduplicate_items = off) DEFERRABLE);
