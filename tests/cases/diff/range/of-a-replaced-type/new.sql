CREATE TYPE status AS ENUM ('open', 'closed');
CREATE TYPE span AS RANGE (subtype = status);
CREATE TABLE t (s status, r span);
