CREATE TABLE q (x bigint PRIMARY KEY, y text);
CREATE INDEX qi ON q (x) INCLUDE (y) WHERE x > 0;
