CREATE TABLE t (k int4range, r tsrange, n int,  CONSTRAINT u UNIQUE (k, r WITHOUT OVERLAPS));
