-- Layout 1 of the state schema, as the first program that was published made it.
CREATE SCHEMA "revisiond";
CREATE TABLE IF NOT EXISTS "revisiond".layout (version integer NOT NULL);
INSERT INTO "revisiond".layout SELECT 1 WHERE NOT EXISTS (SELECT FROM "revisiond".layout);
CREATE SEQUENCE IF NOT EXISTS "revisiond".term;
CREATE SEQUENCE IF NOT EXISTS "revisiond".history_id;
CREATE TABLE IF NOT EXISTS "revisiond".revision (
    version_table text NOT NULL,
    revision text NOT NULL,
    parents text[] NOT NULL,
    dependencies text[] NOT NULL,
    checksum text NOT NULL,
    downgrade_checksum text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    PRIMARY KEY (version_table, revision)
);
CREATE TABLE IF NOT EXISTS "revisiond".operation (
    id uuid PRIMARY KEY,
    version_table text NOT NULL,
    kind text NOT NULL,
    target text NOT NULL,
    revisions text[] NOT NULL,
    digest text NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'interrupted')),
    started_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    finished_at timestamptz,
    actor text NOT NULL,
    host text NOT NULL,
    term bigint NOT NULL,
    error text
);
CREATE INDEX IF NOT EXISTS operation_running ON "revisiond".operation (version_table) WHERE state = 'running';
CREATE TABLE IF NOT EXISTS "revisiond".history (
    id bigint PRIMARY KEY DEFAULT pg_catalog.nextval('"revisiond".history_id'::regclass),
    version_table text NOT NULL,
    operation uuid NOT NULL,
    revision text NOT NULL,
    direction text NOT NULL CHECK (direction IN ('upgrade', 'downgrade', 'stamp')),
    outcome text NOT NULL
        CHECK (outcome IN ('applied', 'reverted', 'stamped', 'failed', 'interrupted')),
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    statements integer NOT NULL,
    checksum text,
    actor text NOT NULL,
    "session_user" text NOT NULL DEFAULT SESSION_USER,
    host text NOT NULL,
    version text NOT NULL,
    term bigint NOT NULL,
    error text
);
CREATE INDEX IF NOT EXISTS history_version_table ON "revisiond".history (version_table, id);
CREATE TABLE IF NOT EXISTS "revisiond".journal (
    version_table text NOT NULL,
    revision text NOT NULL,
    direction text NOT NULL,
    position integer NOT NULL,
    statement_hash text NOT NULL,
    state text NOT NULL
        CHECK (state IN ('started', 'done', 'failed', 'resolved_done', 'resolved_retry')),
    probe text NOT NULL,
    statement text NOT NULL,
    error text,
    operation uuid NOT NULL,
    started_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    finished_at timestamptz,
    PRIMARY KEY (version_table, revision, direction, position)
);
CREATE TABLE IF NOT EXISTS "revisiond".instance (
    id uuid PRIMARY KEY,
    version_table text NOT NULL,
    host text NOT NULL,
    pid integer NOT NULL,
    backend_pid integer NOT NULL,
    version text NOT NULL,
    url text NOT NULL,
    term bigint NOT NULL,
    since timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    doing text NOT NULL,
    heartbeat timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
