CREATE EXTENSION pgcrypto;
CREATE VIEW v AS SELECT gen_random_bytes(3) AS x;
CREATE TABLE t(a bytea DEFAULT gen_random_bytes(2));
CREATE FUNCTION f() RETURNS bytea LANGUAGE sql RETURN gen_random_bytes(4);
