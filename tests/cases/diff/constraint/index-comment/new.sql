CREATE TABLE r (x integer PRIMARY KEY, y integer, UNIQUE (x, y)); CREATE TABLE t (a integer, b integer, c int4range);
ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY (a); COMMENT ON INDEX pk IS 'the key'; COMMENT ON CONSTRAINT pk ON t IS 'key';
