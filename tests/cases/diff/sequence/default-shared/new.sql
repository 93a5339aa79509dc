CREATE SEQUENCE s; CREATE TABLE t (a integer DEFAULT nextval('s')); CREATE TABLE u (a integer DEFAULT nextval('s'));
