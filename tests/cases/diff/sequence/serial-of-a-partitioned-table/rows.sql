INSERT INTO p (note) VALUES (1), (2);
