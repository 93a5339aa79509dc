-- One vote per person and post: the primary key says so, and no code has to.
-- revision = "0b84d6f2c915"
-- down_revision = "a3c9e27f1b08"
-- message = "create votes"
-- created = 2026-10-12T14:00:00Z

-- [upgrade]
CREATE TABLE votes (
    user_id bigint NOT NULL CONSTRAINT votes_user_id_fkey REFERENCES users ON DELETE CASCADE,
    post_id bigint NOT NULL CONSTRAINT votes_post_id_fkey REFERENCES posts ON DELETE CASCADE,
    CONSTRAINT votes_pkey PRIMARY KEY (user_id, post_id)
);

-- The key above serves "what did I vote for"; this one serves "who voted for this".
CREATE INDEX votes_post_id_idx ON votes (post_id);

-- [downgrade]
DROP TABLE votes;
