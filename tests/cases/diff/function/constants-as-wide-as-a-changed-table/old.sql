CREATE TABLE pair (a int, b int);
CREATE FUNCTION one_pair() RETURNS pair LANGUAGE sql BEGIN ATOMIC SELECT 1, 2; END;
CREATE VIEW pairs AS SELECT (one_pair()).a;
