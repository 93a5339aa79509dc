CREATE TYPE ty AS (a integer, b text);
CREATE TABLE u OF ty;
