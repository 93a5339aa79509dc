CREATE TYPE public.e AS ENUM ('a', E'b''\nc', E'\n', E'back\\slash\n''', 'd');
CREATE TABLE public.t (e public.e DEFAULT E'b''\nc');
