CREATE TABLE sales (id integer, amount numeric, day date, kind varchar(10));
CREATE VIEW spring AS SELECT id FROM sales
    WHERE day BETWEEN '2026-03-01' AND '2026-05-31' AND amount BETWEEN 0.5 AND 10 AND kind IN ('a', 'b');
CREATE MATERIALIZED VIEW joined AS SELECT a.id, CASE WHEN a.amount BETWEEN 1 AND b.amount AND a.id > 1 THEN 'x' END AS what
    FROM sales a JOIN sales b ON extract(year FROM a.day) BETWEEN 2000 AND 2010 AND a.id = b.id;
