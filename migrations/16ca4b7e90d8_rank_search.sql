-- Search results in the order of relevance, with votes to break ties. The column of votes is made on
-- the main line, so this revision waits for it: depends_on orders two branches without joining them.
-- revision = "16ca4b7e90d8"
-- down_revision = "c25d93e0a8b6"
-- message = "rank search results"
-- created = 2026-10-27T13:30:00Z
-- depends_on = ["7f30e8b5d2c1"]

-- [upgrade]
CREATE FUNCTION search_posts(wanted text)
    RETURNS TABLE (post_id bigint, title text, relevance real)
    LANGUAGE sql STABLE
AS $$
    SELECT id, posts.title, ts_rank(search, query) AS rank
    FROM posts, websearch_to_tsquery('english', wanted) AS query
    WHERE published AND search @@ query
    ORDER BY rank DESC, vote_count DESC, id DESC
$$;

-- [downgrade]
DROP FUNCTION search_posts(text);
