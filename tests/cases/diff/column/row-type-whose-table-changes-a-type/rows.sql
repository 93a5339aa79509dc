INSERT INTO b VALUES (ROW(1, 'p,"q'), ARRAY[ROW(1, 'p,"q')::a, NULL]), (NULL, NULL);
DO 'BEGIN
    ASSERT (SELECT bool_and((r).x = 1 AND (r).y = ''p,"q'' AND s = ARRAY[r, NULL]) FROM b WHERE s IS NOT NULL);
END';
