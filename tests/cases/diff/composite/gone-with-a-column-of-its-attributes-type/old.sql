CREATE TYPE state AS ENUM ('new', 'open'); CREATE TYPE address AS (zip integer, feel state);
CREATE TABLE t (c address, s state);
