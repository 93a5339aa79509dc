CREATE TYPE r AS RANGE (SUBTYPE = bigint, MULTIRANGE_TYPE_NAME = mr);
CREATE TABLE t (a int CHECK (mr(r(1, a)) IS NOT NULL), b text DEFAULT mr(r(1, 2))::text);
