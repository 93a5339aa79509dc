CREATE TABLE a (x bigint, y text, z int NOT NULL DEFAULT 3, w text DEFAULT clock_timestamp()::text, g bigint GENERATED ALWAYS AS (x + 1) STORED);
CREATE TABLE b (r a NOT NULL DEFAULT '(1,x,3,,)', CHECK ((r).x > 0));
