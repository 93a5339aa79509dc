CREATE TYPE state AS ENUM ('open', 'held'); CREATE TABLE t (c state DEFAULT 'held', s state);
