CREATE TYPE ct AS (a text COLLATE "C");
