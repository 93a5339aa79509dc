CREATE TABLE public.t (a int, b int, c int, d int, v varchar(20), w varchar(20), x text, n numeric, f boolean);
CREATE VIEW public.v AS
    SELECT 1 AS one FROM public.t
    WHERE x = ANY (ARRAY[v, w]) AND 'x' IN (v, w) AND v IN ('a', NULL) AND v IN ('a', upper('b')::varchar)
      AND n = ANY (ARRAY[1, 2]) AND 'b' = ANY (ARRAY[v]) AND concat_ws(',', VARIADIC ARRAY[v, w]) <> 'z';
