CREATE MATERIALIZED VIEW public.kinds (id, name) AS VALUES (1, 'one');
