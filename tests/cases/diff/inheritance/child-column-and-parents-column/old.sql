CREATE TABLE people (id integer);
CREATE TABLE staff (room text) INHERITS (people);
