CREATE TYPE state AS ENUM ('new', 'open'); CREATE TYPE address AS (zip integer, feel state); CREATE TABLE places OF address; CREATE INDEX ON places (feel);
