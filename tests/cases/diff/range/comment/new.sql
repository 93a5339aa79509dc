CREATE TYPE r AS RANGE (subtype = integer); COMMENT ON TYPE r IS 'r';
