CREATE FUNCTION default_qty() RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT 5 $$;
CREATE DOMAIN quantity AS integer DEFAULT default_qty(); CREATE SEQUENCE numbers;
CREATE TABLE stock (id integer PRIMARY KEY, amount quantity);
