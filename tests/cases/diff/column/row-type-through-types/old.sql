CREATE TABLE a (x int, y text);
CREATE TYPE c AS (n int, v a);
CREATE DOMAIN d AS a CHECK ((VALUE).x > 0);
CREATE TABLE b (r c, s c[], t d);
