CREATE TYPE address AS (city varchar(9)); CREATE TABLE places OF address; COMMENT ON TABLE places IS 'y';
