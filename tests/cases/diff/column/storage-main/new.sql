CREATE TABLE t (id integer PRIMARY KEY, x text, y integer);
ALTER TABLE t ALTER x SET STORAGE MAIN;
