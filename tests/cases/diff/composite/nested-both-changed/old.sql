CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TYPE inner_part AS (number integer, feel mood, note text);
CREATE TYPE outer_part AS (part inner_part, n integer);
CREATE TABLE t (o outer_part);
