CREATE TYPE job_status AS ENUM ('running', 'done', 'failed');
CREATE TABLE jobs (id int PRIMARY KEY, done boolean, previous job_status DEFAULT 'running',
    status job_status GENERATED ALWAYS AS (CASE WHEN done THEN 'done'::job_status ELSE 'running'::job_status END) STORED NOT NULL);
CREATE INDEX jobs_by_status ON jobs (status) WHERE status <> 'done';
CREATE VIEW running AS SELECT id, status FROM jobs WHERE status = 'running';
COMMENT ON COLUMN jobs.status IS 'of the worker';
CREATE TABLE urgent_jobs (deadline date) INHERITS (jobs);
