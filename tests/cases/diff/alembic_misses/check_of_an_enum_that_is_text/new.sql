CREATE TABLE t (x varchar(4), CONSTRAINT mood CHECK (x IN ('good', 'bad', 'fair')));
