CREATE TABLE t (a bit varying(9));
