INSERT INTO t (a, b, c, g, h) VALUES ('{1,NULL,3}', '{4}', '{7}', '{{1,2},{3,4}}', '{5}');
