INSERT INTO c (id, x) VALUES (1, 2);
