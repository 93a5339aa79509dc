CREATE TABLE t (k int4range, r tsrange, PRIMARY KEY (k, r WITHOUT OVERLAPS));
CREATE TABLE u (k int4range, r tsrange, CONSTRAINT f FOREIGN KEY (k, PERIOD r) REFERENCES t (k, PERIOD r));
