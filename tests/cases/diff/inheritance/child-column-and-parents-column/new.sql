CREATE TABLE people (id integer, grade integer DEFAULT 3 NOT NULL CHECK (grade > 0));
CREATE TABLE staff (room text, grade integer DEFAULT 9) INHERITS (people);
COMMENT ON COLUMN staff.grade IS 'of its own';
