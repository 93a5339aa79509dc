CREATE TABLE t (x json DEFAULT '{}'::json);
