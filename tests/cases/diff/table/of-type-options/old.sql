CREATE TYPE ty AS (a integer, b text);
