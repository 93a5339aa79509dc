CREATE SEQUENCE numbers AS int;
CREATE TABLE t (id int DEFAULT nextval('numbers') PRIMARY KEY, note text);
ALTER SEQUENCE numbers OWNED BY t.id;
