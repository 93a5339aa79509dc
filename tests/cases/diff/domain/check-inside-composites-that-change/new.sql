CREATE DOMAIN z AS text CHECK (VALUE <> '');
CREATE TYPE c AS (a z, b bigint[]);
CREATE TYPE c2 AS (c c, d c[], e date);
CREATE TABLE t (x c2, y c2[] DEFAULT '{}');
