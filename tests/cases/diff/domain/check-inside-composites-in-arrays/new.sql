CREATE DOMAIN z AS text CHECK (VALUE <> '');
CREATE TYPE c AS (a z);
CREATE TABLE t (y c[] DEFAULT '{}', x c);
