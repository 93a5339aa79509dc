CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$begin if tg_tag='DROP TABLE' then raise 'no'; end if; end$$;
CREATE TABLE t(a int);
