CREATE SCHEMA two;
CREATE SEQUENCE two.others INCREMENT 2 CYCLE;
CREATE TABLE t (id int DEFAULT nextval('two.others') PRIMARY KEY, note text);
