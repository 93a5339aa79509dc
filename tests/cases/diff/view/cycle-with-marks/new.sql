CREATE TABLE public.edges (a int, b int);
CREATE VIEW public.reached AS
    WITH RECURSIVE r (n) AS (SELECT a FROM public.edges UNION ALL SELECT e.b FROM public.edges e JOIN r ON r.n = e.a)
    CYCLE n SET seen TO 'Y' DEFAULT 'N' USING path
    SELECT n, seen FROM r;
CREATE VIEW public.reached_since AS
    WITH RECURSIVE r (n) AS (SELECT a FROM public.edges UNION ALL SELECT e.b FROM public.edges e JOIN r ON r.n = e.a)
    CYCLE n SET seen TO interval '1 day' DEFAULT interval '2 days' USING path
    SELECT n, seen FROM r;
CREATE VIEW public.plain AS
    WITH RECURSIVE r (n) AS (SELECT a FROM public.edges UNION ALL SELECT e.b FROM public.edges e JOIN r ON r.n = e.a)
    SEARCH DEPTH FIRST BY n SET ordering CYCLE n SET seen USING path
    SELECT n, seen FROM r;
