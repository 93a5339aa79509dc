CREATE TYPE r AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TYPE r_multirange_replaced AS (a int);
CREATE TABLE r_replaced (a int);
CREATE TABLE t (x r);
