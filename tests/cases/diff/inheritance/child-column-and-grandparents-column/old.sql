CREATE TABLE people (id integer);
CREATE TABLE staff (room text) INHERITS (people);
CREATE TABLE guards (keys integer) INHERITS (staff);
CREATE VIEW all_guards AS SELECT * FROM guards;
