CREATE FUNCTION fs(internal) RETURNS internal IMMUTABLE LANGUAGE internal AS 'numeric_in';
CREATE FUNCTION ft(internal) RETURNS int IMMUTABLE LANGUAGE internal AS 'int4in';
 CREATE TRANSFORM FOR int LANGUAGE plpgsql (FROM SQL WITH FUNCTION fs(internal));
COMMENT ON TRANSFORM FOR int LANGUAGE plpgsql IS 'it''s new';
