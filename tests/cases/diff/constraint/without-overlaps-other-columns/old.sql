CREATE TABLE t (k int4range, r tsrange, n int,  CONSTRAINT u PRIMARY KEY (k, r WITHOUT OVERLAPS));
