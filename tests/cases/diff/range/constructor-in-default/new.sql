CREATE TYPE r AS RANGE (SUBTYPE = bigint);
CREATE TABLE t (b text DEFAULT r(1, 2)::text);
