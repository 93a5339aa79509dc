CREATE TYPE r;
CREATE FUNCTION cn(r) RETURNS r LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE TYPE r AS RANGE (subtype = integer, canonical = cn);
