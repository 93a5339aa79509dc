CREATE TYPE mood AS ENUM ('held', 'open'); CREATE TYPE address AS (zip integer, feel mood); CREATE TABLE t (e address);
