CREATE TABLE public.t (a int);
CREATE VIEW public.kinds (id, name) WITH (security_barrier = true) AS VALUES (1, 'one'), (2, 'two (2)') ORDER BY 1 LIMIT 5;
CREATE VIEW public.plain AS VALUES (1, 'a');
CREATE VIEW public."Odd" ("A b", column2) AS VALUES (1, 2);
CREATE VIEW public.sub AS SELECT column1 AS x FROM (VALUES (1), (2)) v;
CREATE VIEW public.users AS SELECT t.a, k.name FROM public.t JOIN public.kinds k ON k.id = t.a;
