-- The people who write, read and vote. `password` holds a hash, never the password itself; the
-- application hashes before it writes.
-- revision = "5d1f0a6c3b72"
-- message = "create users"
-- created = 2026-10-05T08:30:00Z

-- [upgrade]
CREATE TABLE users (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email      text NOT NULL CONSTRAINT users_email_key UNIQUE,
    password   text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- [downgrade]
DROP TABLE users;
