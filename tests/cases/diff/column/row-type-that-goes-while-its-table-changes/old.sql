CREATE TABLE a (x int);
CREATE TABLE b (r a);
