CREATE TABLE t(a int);
REVOKE ALL ON t FROM postgres;
