CREATE TYPE task AS (name text, payload json, priority integer);
CREATE TABLE batches (id integer PRIMARY KEY, tasks task[]);
CREATE FUNCTION add_tasks(tasks task[]) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM unnest(tasks)';
CREATE FUNCTION waiting() RETURNS task[] LANGUAGE sql AS 'SELECT array_agg(t) FROM batches, unnest(tasks) t';
COMMENT ON FUNCTION add_tasks IS 'in one go';
