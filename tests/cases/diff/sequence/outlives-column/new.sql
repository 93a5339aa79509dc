CREATE TABLE t (id integer); CREATE SEQUENCE t_a_seq AS integer;
