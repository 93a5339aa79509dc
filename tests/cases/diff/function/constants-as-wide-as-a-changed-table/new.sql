CREATE TABLE pair (a int, c int, d text);
CREATE FUNCTION one_pair() RETURNS pair LANGUAGE sql BEGIN ATOMIC SELECT 1, 3, 'x'::text; END;
CREATE VIEW pairs AS SELECT (one_pair()).a;
