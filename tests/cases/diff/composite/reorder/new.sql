CREATE TYPE ct AS (b text, a integer);
