CREATE TABLE public.items (name varchar(20), kind text);
CREATE TABLE public.log (name text, kind text);
CREATE RULE logged AS ON INSERT TO public.items
    WHERE EXISTS (SELECT 'x' FROM public.log o WHERE o.name = NEW.kind)
    DO ALSO INSERT INTO public.log
        SELECT w.name, w.kind FROM (SELECT 'new', 'b' UNION ALL SELECT 'other', NULL) w (name, kind);
