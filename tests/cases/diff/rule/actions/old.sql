CREATE TABLE t (a integer); CREATE TABLE l (a integer);
