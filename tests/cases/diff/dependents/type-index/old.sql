CREATE TABLE q (x integer PRIMARY KEY, y text);
CREATE INDEX qi ON q (x) INCLUDE (y) WHERE x > 0;
