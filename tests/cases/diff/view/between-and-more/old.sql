CREATE TABLE sales (id integer, amount numeric, day date, kind varchar(10));
CREATE VIEW spring AS SELECT id FROM sales WHERE amount BETWEEN 1 AND 5;
