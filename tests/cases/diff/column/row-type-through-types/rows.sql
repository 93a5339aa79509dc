INSERT INTO b VALUES (ROW(1, ROW(2, 'y')), ARRAY[ROW(1, ROW(2, 'y'))::c], ROW(3, 'z'));
