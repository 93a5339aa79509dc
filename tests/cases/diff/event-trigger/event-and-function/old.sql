CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'begin end';
CREATE FUNCTION g() RETURNS event_trigger LANGUAGE plpgsql AS 'begin end';
CREATE EVENT TRIGGER e ON table_rewrite EXECUTE FUNCTION f();
