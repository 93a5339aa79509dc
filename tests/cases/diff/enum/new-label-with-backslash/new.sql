CREATE TYPE e AS ENUM ('a', 'back\slash');
CREATE TABLE t (x e DEFAULT 'back\slash');
