CREATE TABLE public.t (a int DEFAULT -1, b numeric DEFAULT -1.5, c bigint DEFAULT -1);
