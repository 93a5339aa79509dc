-- Full text search begins as a branch of its own, so that it can ship when it is ready while the
-- main line goes on. The label names the branch: `upgrade search@head` applies just that.
--
-- The column is computed by PostgreSQL. Adding it rewrites posts under a lock that keeps readers out
-- too: fine for a young table, to be replaced by a trigger and a backfill for a large one.
-- revision = "48f6b1907ead"
-- down_revision = "0b84d6f2c915"
-- message = "add a search vector to posts"
-- created = 2026-10-20T15:45:00Z
-- branch_labels = ["search"]

-- [upgrade]
ALTER TABLE posts ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', content), 'B')
) STORED;

-- [downgrade]
ALTER TABLE posts DROP COLUMN search;
