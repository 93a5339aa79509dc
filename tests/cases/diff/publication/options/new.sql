CREATE TABLE t (a integer PRIMARY KEY, b text); CREATE SCHEMA s; CREATE TABLE s.u (a integer PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE t WITH (publish = 'insert, delete', publish_via_partition_root = true);
