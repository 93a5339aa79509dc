CREATE TABLE t (k int4range NOT NULL, r tsrange NOT NULL, CONSTRAINT pk PRIMARY KEY (k, r));
