-- revision = "a1"
-- mesage = 1
-- revision = 2
-- x = [
SELECT
-- [upgrade]
-- [upgrade]
--- [verify]
/* open