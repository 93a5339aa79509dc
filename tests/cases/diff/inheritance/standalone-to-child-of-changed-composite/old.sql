CREATE TYPE d AS (a int);
CREATE TABLE l1 (a d, z int);
