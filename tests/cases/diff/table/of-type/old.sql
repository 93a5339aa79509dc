CREATE TYPE ty AS (a integer, b text);
CREATE TABLE u (a integer, b text);
