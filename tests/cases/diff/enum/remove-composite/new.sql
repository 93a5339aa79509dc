CREATE TYPE e AS ENUM ('a'); CREATE TYPE ct AS (x e, y integer); CREATE TABLE t (x ct);
