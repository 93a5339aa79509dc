CREATE TABLE t (k int4range, r tsmultirange, n int4range, CONSTRAINT u PRIMARY KEY (k, n, r WITHOUT OVERLAPS));
