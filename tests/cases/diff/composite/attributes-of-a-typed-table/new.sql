CREATE TYPE state AS ENUM ('open', 'held'); CREATE TYPE address AS (zip integer, mood state, street text); CREATE TABLE places OF address (mood NOT NULL); CREATE INDEX ON places (street);
