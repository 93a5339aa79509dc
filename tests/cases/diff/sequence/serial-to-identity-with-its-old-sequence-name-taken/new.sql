CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);
CREATE TABLE t_id_seq_before (a int);
