CREATE TABLE public.items (name varchar(20), kind text, n integer);
CREATE VIEW public.found AS
    SELECT name FROM public.items i
    WHERE EXISTS (SELECT 'x' FROM public.items o WHERE o.kind = i.name)
      AND NOT EXISTS (SELECT NULL FROM public.items o WHERE o.n > i.n);
CREATE VIEW public.kinds AS
    SELECT k, n FROM (SELECT name, 1.5 FROM public.items UNION ALL SELECT 'b', 2 UNION ALL SELECT NULL, -3) q (k, n);
CREATE VIEW public.plain AS SELECT * FROM (SELECT 'a' UNION SELECT 'b') q;
CREATE VIEW public.named AS
    WITH words (word) AS (SELECT 'one' UNION SELECT CASE WHEN true THEN 'two' END UNION SELECT 'three')
    SELECT word, ARRAY(SELECT 'z') AS letters, (SELECT 'y' LIMIT 1) AS letter
    FROM words WHERE word IN (SELECT 'z' UNION SELECT 'k');
