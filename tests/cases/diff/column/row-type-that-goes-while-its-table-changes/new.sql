CREATE TABLE a (x bigint);
CREATE TABLE b (r text);
