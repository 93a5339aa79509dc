CREATE TYPE c AS (a integer, b text);
CREATE TABLE t (a integer, b text, z integer);
