CREATE DOMAIN z AS text CHECK (VALUE <> '') NOT NULL;
CREATE TABLE r (a z, n integer);
CREATE TABLE t (x r, y r[]);
