-- Nobody is called any more, so nobody's number is kept. The downgrade brings the column back, not
-- the numbers.
-- revision = "b9e2076d5fa4"
-- down_revision = "7f30e8b5d2c1"
-- message = "drop phone_number from users"
-- created = 2026-11-09T10:00:00Z

-- [upgrade]
ALTER TABLE users DROP COLUMN phone_number;

-- [downgrade]
ALTER TABLE users ADD COLUMN phone_number text;
