CREATE TYPE c AS (a integer, b text);
CREATE TYPE d AS (a integer, z text);
CREATE TABLE t OF d (a NOT NULL);
