CREATE DOMAIN z AS text;
CREATE TYPE c AS (a z);
CREATE TABLE t (y c[] DEFAULT '{}', x c);
