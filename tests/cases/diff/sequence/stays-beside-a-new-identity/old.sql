CREATE SEQUENCE ids;
CREATE TABLE a (id int DEFAULT nextval('ids') PRIMARY KEY);
CREATE TABLE b (id int DEFAULT nextval('ids') PRIMARY KEY);
