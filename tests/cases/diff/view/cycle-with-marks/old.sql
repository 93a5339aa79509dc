CREATE TABLE public.edges (a int, b int);
