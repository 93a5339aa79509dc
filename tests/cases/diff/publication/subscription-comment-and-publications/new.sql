CREATE TABLE t (a int);
CREATE SUBSCRIPTION sub_four CONNECTION 'dbname=y' PUBLICATION p, "Q" WITH (connect = false, slot_name = NONE, enabled = false, binary);
COMMENT ON SUBSCRIPTION sub_four IS 'new';
