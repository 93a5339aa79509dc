CREATE TABLE public.items (name varchar(20), kind text);
CREATE MATERIALIZED VIEW public.kinds AS
    SELECT k FROM (SELECT name FROM public.items UNION ALL SELECT 'b') q (k)
    WHERE EXISTS (SELECT 'x' FROM public.items o WHERE o.kind = q.k);
