CREATE TABLE t (a integer, b text, c integer[], d text, p point);
CREATE INDEX i ON t USING hash (b);
