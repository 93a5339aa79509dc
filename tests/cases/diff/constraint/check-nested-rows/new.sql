CREATE TABLE public.t (a int, b int, c int, d int, v varchar(20), w varchar(20), x text, n numeric, f boolean,
    CONSTRAINT one_of CHECK (a IN (b, c, d)), CONSTRAINT kind CHECK (v IN ('a', NULL) OR (a, b) <> (1, 2) OR f));
CREATE INDEX i ON public.t (a) WHERE b NOT IN (a, c, d);
ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON public.t USING ((a, b) = (1, 2) AND f);
