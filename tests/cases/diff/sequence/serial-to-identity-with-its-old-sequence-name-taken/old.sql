CREATE TABLE t (id serial PRIMARY KEY, note text);
CREATE TABLE t_id_seq_before (a int);
