CREATE SEQUENCE down INCREMENT -1;
CREATE TABLE t (id int DEFAULT nextval('down') PRIMARY KEY, note text);
