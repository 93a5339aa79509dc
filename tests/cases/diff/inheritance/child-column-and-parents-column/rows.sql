INSERT INTO people (id) VALUES (1);
INSERT INTO staff (id, room) VALUES (2, 'a');
