CREATE TABLE t (a integer, b text, c integer[], d text, p point); CREATE INDEX i ON t ((a + 1), (a + 2));
ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 200; ALTER INDEX i ALTER COLUMN 2 SET STATISTICS 5;
