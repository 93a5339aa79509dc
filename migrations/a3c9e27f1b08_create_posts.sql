-- What people write. A post belongs to its owner and goes when the owner goes.
--
-- The foreign key has an index of its own: without one, deleting a user would read all of posts.
-- revision = "a3c9e27f1b08"
-- down_revision = "5d1f0a6c3b72"
-- message = "create posts"
-- created = 2026-10-05T09:10:00Z

-- [upgrade]
CREATE TABLE posts (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner_id   bigint NOT NULL CONSTRAINT posts_owner_id_fkey REFERENCES users ON DELETE CASCADE,
    title      text NOT NULL,
    content    text NOT NULL,
    published  boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX posts_owner_id_idx ON posts (owner_id);

-- [downgrade]
DROP TABLE posts;
