CREATE TABLE t (a integer, b integer, r int4range);
