-- Built without blocking writers, which PostgreSQL only does outside a transaction. An interrupted
-- build leaves an INVALID index behind; the next upgrade drops it and builds again.
-- revision = "c25d93e0a8b6"
-- down_revision = "48f6b1907ead"
-- message = "index the search vector"
-- created = 2026-10-20T16:05:00Z
-- transaction = false

-- [upgrade]
CREATE INDEX CONCURRENTLY posts_search_idx ON posts USING gin (search);

-- [downgrade]
DROP INDEX CONCURRENTLY IF EXISTS posts_search_idx;

-- [verify]
SELECT indisvalid FROM pg_index WHERE indexrelid = 'posts_search_idx'::regclass;
