CREATE TYPE e AS ENUM ('a', 'x');
