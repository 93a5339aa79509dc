CREATE TABLE t (id integer PRIMARY KEY, x text, y integer);
COMMENT ON COLUMN t.x IS 'it''s \ here';
