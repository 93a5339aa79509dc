CREATE FUNCTION fs(internal) RETURNS internal IMMUTABLE LANGUAGE internal AS 'numeric_in'; CREATE TRANSFORM FOR numeric LANGUAGE plpgsql (FROM SQL WITH FUNCTION fs(internal));
