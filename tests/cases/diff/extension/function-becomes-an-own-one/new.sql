CREATE FUNCTION regexp_match(text, int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE citext AS ENUM ('a');
CREATE TABLE t (c text);
