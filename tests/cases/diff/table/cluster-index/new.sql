CREATE TABLE t (id integer PRIMARY KEY, a integer, b text, c numeric(10,2), d timestamptz);
CREATE INDEX t_a ON t (a); ALTER TABLE t CLUSTER ON t_a;
