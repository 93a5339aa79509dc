CREATE TABLE t (a jsonb, b text GENERATED ALWAYS AS (a ->> 1) STORED);
