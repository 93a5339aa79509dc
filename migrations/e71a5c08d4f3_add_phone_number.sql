-- revision = "e71a5c08d4f3"
-- down_revision = "0b84d6f2c915"
-- message = "add phone_number to users"
-- created = 2026-10-19T11:20:00Z

-- [upgrade]
ALTER TABLE users ADD COLUMN phone_number text;

-- [downgrade]
ALTER TABLE users DROP COLUMN phone_number;
