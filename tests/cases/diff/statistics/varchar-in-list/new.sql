CREATE TABLE public.t (a varchar(20), n numeric);
CREATE STATISTICS public.s ON (a IN ('x', 'y')), n FROM public.t;
