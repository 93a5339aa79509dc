CREATE SEQUENCE ids START 100;
CREATE TABLE a (id bigint DEFAULT nextval('ids') PRIMARY KEY);
CREATE TABLE b (id bigint DEFAULT nextval('ids') PRIMARY KEY);
CREATE VIEW v AS SELECT id, nextval('ids') AS next FROM a;
CREATE FUNCTION f() RETURNS bigint BEGIN ATOMIC SELECT nextval('ids'); END;
