CREATE TABLE t (a integer, b text, c integer[], d text, p point);
CREATE INDEX i ON t ((a + 1)); ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 700;
