CREATE TABLE a (x numeric, CHECK (x > 0));
CREATE TABLE b (x numeric, y text NOT NULL CHECK (y <> ''));
CREATE TABLE c () INHERITS (a, b);
CREATE VIEW v AS SELECT x, y FROM c;
