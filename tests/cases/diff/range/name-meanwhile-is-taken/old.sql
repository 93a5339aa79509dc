CREATE TYPE r AS RANGE (subtype = float8);
CREATE TYPE r_multirange_replaced AS (a int);
CREATE TABLE r_replaced (a int);
CREATE TABLE t (x r);
