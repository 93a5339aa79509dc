CREATE TABLE t (id int PRIMARY KEY, x int, "Y" text);
CREATE INDEX "T x" ON t (x);
CREATE UNIQUE INDEX odd_name ON t ("Y") WHERE x > 0;
CREATE INDEX t_expression ON t ((lower("Y")), x DESC);
COMMENT ON INDEX t_expression IS 'another';
