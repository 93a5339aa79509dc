CREATE TYPE ct AS (a integer, b text);
