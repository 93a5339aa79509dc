CREATE TYPE d AS (a bigint);
CREATE TABLE l (a d);
CREATE TABLE l1 (z bigint) INHERITS (l);
