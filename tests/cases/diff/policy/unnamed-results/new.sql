CREATE TABLE public.items (name varchar(20), kind text);
ALTER TABLE public.items ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.items FOR SELECT
    USING (EXISTS (SELECT 'x' FROM public.items o WHERE o.name = items.kind)
           OR kind IN (SELECT 'a' UNION SELECT 'b'));
