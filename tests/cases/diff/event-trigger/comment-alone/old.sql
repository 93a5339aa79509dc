CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'begin end';
CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION f();
