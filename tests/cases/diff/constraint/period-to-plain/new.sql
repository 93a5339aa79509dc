CREATE TABLE t (k int4range, r tsrange, PRIMARY KEY (k, r));
CREATE TABLE u (k int4range, r tsrange, CONSTRAINT f FOREIGN KEY (k, r) REFERENCES t (k, r));
