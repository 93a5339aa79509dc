CREATE PROCEDURE p(a int, OUT b int) LANGUAGE plpgsql SECURITY DEFINER SET search_path=x AS 'begin end';
