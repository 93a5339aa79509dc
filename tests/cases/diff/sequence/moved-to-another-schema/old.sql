CREATE SCHEMA one;
CREATE SCHEMA two;
CREATE SEQUENCE one.numbers;
CREATE TABLE t (id int DEFAULT nextval('one.numbers') PRIMARY KEY, note text);
