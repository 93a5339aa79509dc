-- A post carries the number of its votes, so that a page of posts does not count them each time.
--
-- The trigger comes first and the count second. Creating the trigger locks votes against writers
-- until the transaction ends, so no vote can slip in between the two.
-- revision = "7f30e8b5d2c1"
-- down_revision = "e71a5c08d4f3"
-- message = "count votes on posts"
-- created = 2026-10-26T09:00:00Z

-- [upgrade]
ALTER TABLE posts ADD COLUMN vote_count integer NOT NULL DEFAULT 0;

CREATE FUNCTION count_vote() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        UPDATE posts SET vote_count = vote_count - 1 WHERE id = OLD.post_id;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        UPDATE posts SET vote_count = vote_count + 1 WHERE id = NEW.post_id;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER votes_are_counted
    AFTER INSERT OR UPDATE OF post_id OR DELETE ON votes
    FOR EACH ROW EXECUTE FUNCTION count_vote();

UPDATE posts
SET vote_count = counted.votes
FROM (SELECT post_id, count(*) AS votes FROM votes GROUP BY post_id) AS counted
WHERE posts.id = counted.post_id;

-- [downgrade]
DROP TRIGGER votes_are_counted ON votes;
DROP FUNCTION count_vote();
ALTER TABLE posts DROP COLUMN vote_count;

-- [verify]
SELECT NOT EXISTS (
    SELECT FROM posts
    WHERE vote_count <> (SELECT count(*) FROM votes WHERE votes.post_id = posts.id)
);
