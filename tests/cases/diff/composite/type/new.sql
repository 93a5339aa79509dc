CREATE TYPE ct AS (a bigint);
