CREATE TABLE public.t (a int);
CREATE VIEW public.kinds (id, name) AS VALUES (1, 'one');
