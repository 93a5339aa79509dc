CREATE TABLE t (a int);
CREATE SUBSCRIPTION sub_four CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE, enabled = false);
