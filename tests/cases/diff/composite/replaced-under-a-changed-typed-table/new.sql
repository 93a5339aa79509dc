CREATE TYPE address AS (city text, zip integer); CREATE TABLE places OF address (city NOT NULL);
