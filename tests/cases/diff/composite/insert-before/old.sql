CREATE TYPE ct AS (b text);
