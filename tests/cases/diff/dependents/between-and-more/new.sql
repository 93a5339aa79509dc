CREATE TABLE sales (id integer, amount bigint, day date,
    CONSTRAINT amounts CHECK (amount BETWEEN 1 AND 5 AND id > 0));
CREATE INDEX cheap ON sales (id) WHERE amount BETWEEN 1 AND 5 AND id > 0;
CREATE STATISTICS both_ways ON (amount BETWEEN 1 AND 5 AND id > 0), day FROM sales;
CREATE POLICY mine ON sales USING (amount BETWEEN 1 AND 5 AND id > 0);
CREATE VIEW cheap_sales AS SELECT id FROM sales WHERE amount NOT BETWEEN 1 AND 5 OR id > 0;
