CREATE SCHEMA one;
CREATE SCHEMA two;
CREATE SEQUENCE two.numbers;
CREATE TABLE t (id int DEFAULT nextval('two.numbers') PRIMARY KEY, note text);
