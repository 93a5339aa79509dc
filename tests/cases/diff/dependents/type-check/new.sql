CREATE TABLE q (x bigint PRIMARY KEY, y text);
ALTER TABLE q ADD CHECK (x > 0);
