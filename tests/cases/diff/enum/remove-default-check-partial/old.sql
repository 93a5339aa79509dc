CREATE TYPE e AS ENUM ('a', 'b', 'c'); CREATE TABLE t (x e DEFAULT 'a' CHECK (x <> 'c')); CREATE INDEX i ON t (x) WHERE x = 'a';
