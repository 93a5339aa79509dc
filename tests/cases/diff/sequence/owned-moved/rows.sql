INSERT INTO s.t (note) VALUES (1), (2);
