CREATE TYPE x AS ENUM ('a');
CREATE TABLE t (q x, r text);
