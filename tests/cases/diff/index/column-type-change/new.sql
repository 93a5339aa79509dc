CREATE TABLE t (a text); CREATE INDEX i ON t (a) WHERE a = 'x'; CREATE INDEX j ON t (lower(a));
