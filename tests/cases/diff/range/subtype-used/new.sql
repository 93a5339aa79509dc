CREATE TYPE r AS RANGE (subtype = bigint); CREATE TABLE t (x r);
