CREATE SCHEMA s;
CREATE SEQUENCE free;
CREATE TABLE s.t (id int DEFAULT nextval('free') PRIMARY KEY, note text);
