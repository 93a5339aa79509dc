CREATE PROCEDURE p(a int, INOUT b int DEFAULT 3) LANGUAGE plpgsql AS 'begin end';
