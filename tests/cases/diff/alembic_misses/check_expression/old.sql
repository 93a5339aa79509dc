CREATE TABLE t (n int, CONSTRAINT positive CHECK (n > 0));
