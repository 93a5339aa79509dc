CREATE TYPE ct AS (a integer);
