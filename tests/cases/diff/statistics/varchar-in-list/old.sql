CREATE TABLE public.t (a varchar(20), n numeric);
