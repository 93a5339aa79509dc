CREATE TABLE people (id bigint, grade integer DEFAULT 3 NOT NULL);
CREATE TABLE staff (room text) INHERITS (people);
CREATE TABLE guards (keys integer, grade integer DEFAULT 9) INHERITS (staff);
CREATE VIEW all_guards AS SELECT * FROM guards;
