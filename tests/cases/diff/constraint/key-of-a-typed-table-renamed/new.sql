CREATE TYPE ct AS (a int, n int); CREATE TABLE typed OF ct (CONSTRAINT k2 PRIMARY KEY (n));
