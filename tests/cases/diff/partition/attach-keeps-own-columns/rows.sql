INSERT INTO f (a, b) VALUES (1, 'b');
