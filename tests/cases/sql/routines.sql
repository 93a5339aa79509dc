-- Routines: bodies in quotes, and bodies that are SQL with semicolons of their own.
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; SELECT 2; $$;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1; SELECT 2;';
CREATE OR REPLACE FUNCTION f(a int, b text DEFAULT ';') RETURNS int LANGUAGE sql RETURN a + 1;
CREATE FUNCTION f() RETURNS int BEGIN ATOMIC END;
CREATE FUNCTION f() RETURNS int BEGIN ATOMIC ; ; END;
CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END;
create or replace function s."f;"(in a int) returns setof int begin /* ; */ atomic
  select case when a > 1 then case a when 2 then 3 end else 4 end;
  select (case when true then 1 end); -- end;
  select a.end, 'end;' from t a;
END;
CREATE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); UPDATE t SET a = 2; DELETE FROM t; END;
CREATE OR REPLACE PROCEDURE p(a int) LANGUAGE sql SET search_path TO a BEGIN ATOMIC RETURN a; END;
CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end; SELECT 1 AS case, 2 AS begin; END;
CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT begin, atomic FROM t; SELECT begin atomic FROM t; END;
CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 end; SELECT 2 case; END;
CREATE FUNCTION f() RETURNS int BEGIN ATOMIC CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); END;
CREATE FUNCTION begin(begin atomic) RETURNS atomic RETURN 1;
CREATE FUNCTION f() RETURNS TABLE (a int, b text) ROWS 10 BEGIN ATOMIC SELECT 1, ';'; END;
CREATE FUNCTION f(VARIADIC a int[]) RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN NEW.a := 1; RETURN NEW; END; $body$;
DO $$ BEGIN PERFORM 1; END $$;
DO LANGUAGE plpgsql 'BEGIN NULL; END';
CALL p(1, ';');
DROP FUNCTION f; DROP PROCEDURE IF EXISTS p(int); ALTER FUNCTION f() OWNER TO a;
SELECT begin FROM t; SELECT 1 AS end; SELECT CASE WHEN a THEN 1 END FROM t;
CREATE TABLE begin (atomic int, function text, procedure text);
