CREATE TABLE public.t (a varchar(20), n numeric, d double precision, r regclass);
CREATE VIEW public.v AS
    SELECT percentile_cont(ARRAY[0, 0.25, 0.5]) WITHIN GROUP (ORDER BY d) AS k
    FROM public.t WHERE a IN ('x', 'y') AND a NOT IN ('z', 'q') AND r IN ('pg_class', 'pg_type') AND n IN (1, 2.5);
