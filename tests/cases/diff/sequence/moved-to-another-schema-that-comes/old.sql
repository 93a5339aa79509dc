CREATE SEQUENCE numbers;
COMMENT ON SEQUENCE numbers IS 'n';
CREATE TABLE t (id int DEFAULT nextval('numbers') PRIMARY KEY, note text);
