CREATE TABLE m (id int, d date);
CREATE TABLE m1 () INHERITS (m);
