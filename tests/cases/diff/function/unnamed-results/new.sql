CREATE TABLE public.items (name varchar(20), kind text);
CREATE FUNCTION public.words() RETURNS SETOF varchar LANGUAGE sql BEGIN ATOMIC
    SELECT name FROM public.items WHERE EXISTS (SELECT NULL FROM public.items) UNION SELECT 'b';
END;
