CREATE TABLE t (a varchar(10)); CREATE INDEX i ON t (a) WHERE a = 'x'; CREATE INDEX j ON t (lower(a));
