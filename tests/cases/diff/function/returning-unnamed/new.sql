CREATE TABLE public.t (a int, b int, c int, d int, v varchar(20), w varchar(20), x text, n numeric, f boolean);
CREATE FUNCTION public.add() RETURNS text LANGUAGE sql BEGIN ATOMIC INSERT INTO public.t (a, x) VALUES (1, 'x') RETURNING 'x'; END;
CREATE FUNCTION public.change() RETURNS int LANGUAGE sql BEGIN ATOMIC UPDATE public.t SET a = 2 WHERE b IN (a, c, d) RETURNING -1; END;
