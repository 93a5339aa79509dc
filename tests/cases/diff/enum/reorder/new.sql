CREATE TYPE e AS ENUM ('c', 'b', 'a');
