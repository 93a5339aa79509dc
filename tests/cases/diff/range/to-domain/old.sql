CREATE TYPE x AS RANGE (subtype = integer);
CREATE TABLE t (q x);
