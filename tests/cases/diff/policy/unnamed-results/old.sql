CREATE TABLE public.items (name varchar(20), kind text);
ALTER TABLE public.items ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.items USING (kind = 'a');
