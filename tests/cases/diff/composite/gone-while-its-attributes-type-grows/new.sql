CREATE TYPE mood AS ENUM ('held', 'open', 'new'); CREATE TABLE t (e mood);
