CREATE COLLATION c (provider = icu, locale = de); CREATE TABLE t (a text COLLATE c);
