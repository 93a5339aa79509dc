CREATE TABLE public.t (a int DEFAULT -1::int, b numeric DEFAULT -1.5::numeric, c bigint DEFAULT -1::bigint, CHECK (a > -5::int));
