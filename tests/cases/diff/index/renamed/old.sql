CREATE TABLE t (id int PRIMARY KEY, x int, "Y" text);
CREATE INDEX t_x_idx ON t (x);
CREATE UNIQUE INDEX "Odd name" ON t ("Y") WHERE x > 0;
CREATE INDEX t_expr ON t ((lower("Y")), x DESC);
COMMENT ON INDEX t_expr IS 'one';
