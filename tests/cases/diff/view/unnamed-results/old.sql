CREATE TABLE public.items (name varchar(20), kind text, n integer);
CREATE VIEW public.found AS SELECT name FROM public.items WHERE kind = 'a';
