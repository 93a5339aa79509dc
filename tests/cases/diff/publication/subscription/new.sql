CREATE TABLE t (a integer PRIMARY KEY, b text); CREATE SCHEMA s; CREATE TABLE s.u (a integer PRIMARY KEY);
CREATE SUBSCRIPTION sub_probe CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE, enabled = false);
