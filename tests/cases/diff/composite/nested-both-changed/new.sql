CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TYPE inner_part AS (feel mood);
CREATE TYPE outer_part AS (part inner_part, n bigint);
CREATE TABLE t (o outer_part);
