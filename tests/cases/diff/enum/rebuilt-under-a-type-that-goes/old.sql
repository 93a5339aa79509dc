CREATE TYPE mood AS ENUM ('new', 'open', 'held');
CREATE TYPE address AS (street text, feel mood);
CREATE TABLE posts (id integer, d address);
