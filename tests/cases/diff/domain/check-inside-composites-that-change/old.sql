CREATE DOMAIN z AS text;
CREATE TYPE c AS (a z, b integer);
CREATE TYPE c2 AS (c c, d c[]);
CREATE TABLE t (x c2, y c2[] DEFAULT '{}');
