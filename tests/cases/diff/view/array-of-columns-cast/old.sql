CREATE TABLE public.t (a int, b int, c int, d int, v varchar(20), w varchar(20), x text, n numeric, f boolean);
