CREATE TYPE bt AS ENUM ('1', '2');
CREATE TABLE t (x bt);
