CREATE MATERIALIZED VIEW public.kinds (id, name) WITH (fillfactor = 70) AS VALUES (1, 'one'), (2, 'two') WITH NO DATA;
CREATE UNIQUE INDEX ON public.kinds (id);
