CREATE TYPE e AS ENUM ('b');
CREATE TABLE e_replaced (x e);
CREATE TABLE t (x e);
