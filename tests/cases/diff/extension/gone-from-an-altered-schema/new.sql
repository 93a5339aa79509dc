CREATE SCHEMA app; COMMENT ON SCHEMA app IS 'ours'; CREATE TABLE app.t (e jsonb) WITH (fillfactor = 70);
