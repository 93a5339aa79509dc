CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$begin if tg_tag='DROP TABLE' then raise 'no'; end if; end$$;
CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION f();
ALTER EVENT TRIGGER e DISABLE;
