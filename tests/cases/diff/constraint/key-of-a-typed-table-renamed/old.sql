CREATE TYPE ct AS (a int, n int); CREATE TABLE typed OF ct (CONSTRAINT k1 PRIMARY KEY (n));
