INSERT INTO f VALUES (1, 'b', '3');
