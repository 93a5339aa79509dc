CREATE TYPE c AS (a bigint, b text COLLATE "C", x text);
CREATE TABLE t OF c;
CREATE INDEX i ON t (a);
