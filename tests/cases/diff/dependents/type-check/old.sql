CREATE TABLE q (x integer PRIMARY KEY, y text);
ALTER TABLE q ADD CHECK (x > 0);
