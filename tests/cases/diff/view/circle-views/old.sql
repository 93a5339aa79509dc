CREATE TABLE t (a integer, b text COLLATE "C");
