CREATE TYPE x AS (a int, b text);
CREATE TABLE t (v x, w x[]);
CREATE TYPE y AS ENUM ('a');
CREATE TABLE u (y y);
