CREATE TABLE t (id integer PRIMARY KEY, x text, y integer);
ALTER TABLE t ALTER y SET (n_distinct = 5);
