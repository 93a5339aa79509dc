CREATE TYPE state AS ENUM ('new', 'open'); CREATE TYPE address AS (feel state, zip integer);
