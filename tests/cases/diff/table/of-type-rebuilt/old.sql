CREATE TYPE c AS (a integer, b text);
CREATE TABLE t OF c;
CREATE INDEX i ON t (a);
