CREATE TABLE public.t (a int, b int, c int, d int, v varchar(20), w varchar(20), x text, n numeric, f boolean);
CREATE FUNCTION public.seen() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER changed AFTER UPDATE ON public.t FOR EACH ROW
    WHEN ((NEW.a, NEW.b, NEW.c) IS DISTINCT FROM (OLD.a, OLD.b, OLD.c)) EXECUTE FUNCTION public.seen();
