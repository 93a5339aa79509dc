INSERT INTO t (note) VALUES (1), (2);
