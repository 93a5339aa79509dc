CREATE TABLE public.t (a int, b int, c int, d int, v varchar(20), w varchar(20), x text, n numeric, f boolean);
CREATE VIEW public.v AS SELECT a FROM public.t WHERE a IN (b, c, d) AND a NOT IN (b, c, d) AND f;
CREATE VIEW public.rows AS
    SELECT t.a FROM public.t JOIN public.t s ON (t.a, t.b) = (s.a, s.b) AND s.f
    WHERE (t.a, t.b) IN ((1, 2), (3, 4), (5, 6)) OR (t.a, t.b) <> (7, 8) OR t.f;
CREATE VIEW public.more AS
    SELECT CASE WHEN (a, b, c) IS DISTINCT FROM (b, c, d) OR f THEN 1 ELSE 2 END AS k
    FROM public.t WHERE a BETWEEN SYMMETRIC 1 AND 5 OR f;
