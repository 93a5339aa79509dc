CREATE TABLE t (owner name);
