CREATE TABLE t (a int, b int, c int);
CREATE TABLE u (d int);
CREATE VIEW v AS SELECT x.p, x.r FROM t x(p, q, r);
CREATE VIEW w AS SELECT j.p, j.s FROM (t CROSS JOIN u) AS j(p, q, r, s);
