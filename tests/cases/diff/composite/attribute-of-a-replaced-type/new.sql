CREATE TYPE state AS ENUM ('open', 'held'); CREATE TYPE address AS (zip integer, mood state, street text);
