CREATE TABLE public.items (name varchar(20), kind text);
