CREATE TYPE x AS (a int, b text);
CREATE TABLE t (r x);
