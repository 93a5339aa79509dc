CREATE TABLE public.t (a varchar(20), n numeric, d double precision, r regclass);
CREATE VIEW public.v AS SELECT avg(d) AS k FROM public.t;
