CREATE TYPE ct AS (a integer);
COMMENT ON TYPE ct IS 'two'; COMMENT ON COLUMN ct.a IS 'one';
