CREATE TABLE t (id integer PRIMARY KEY, a integer, b text, c numeric(10,2), d timestamptz);
ALTER TABLE t ALTER a SET NOT NULL; CREATE UNIQUE INDEX t_a ON t (a); ALTER TABLE t REPLICA IDENTITY USING INDEX t_a;
