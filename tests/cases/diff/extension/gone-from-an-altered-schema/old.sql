CREATE SCHEMA app; CREATE EXTENSION hstore SCHEMA app; CREATE TABLE app.t (e app.hstore);
