CREATE TABLE t (a integer, b integer); CREATE SEQUENCE s;
