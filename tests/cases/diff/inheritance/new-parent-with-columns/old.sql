CREATE TABLE c (b integer);
