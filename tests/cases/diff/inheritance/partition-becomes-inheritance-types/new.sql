CREATE TABLE m (id bigint, d date);
CREATE TABLE m1 () INHERITS (m);
CREATE TABLE m11 (x int) INHERITS (m1);
