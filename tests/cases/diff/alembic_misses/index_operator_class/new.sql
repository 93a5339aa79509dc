CREATE TABLE t (x text); CREATE INDEX i ON t (x text_pattern_ops);
