-- revision = "a1"
-- created = 2026-11-22T10:15:00+01:00

-- [upgrade]
SELECT 1;
