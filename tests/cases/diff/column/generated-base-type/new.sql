CREATE TABLE t (id integer PRIMARY KEY, x bigint, y bigint GENERATED ALWAYS AS (x + 1) STORED);
