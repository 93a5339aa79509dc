CREATE TABLE public.items (name varchar(20), kind text);
CREATE TABLE public.log (name text, kind text);
