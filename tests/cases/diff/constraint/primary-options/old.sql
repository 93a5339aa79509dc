CREATE TABLE t (a integer, b integer, CONSTRAINT p PRIMARY KEY (a));
