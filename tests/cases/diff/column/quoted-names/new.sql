CREATE SCHEMA "My Schema"; CREATE TABLE "My Schema"."A ""t" ("x.y" bigint NOT NULL DEFAULT 1, "select" text);
COMMENT ON COLUMN "My Schema"."A ""t"."x.y" IS 'q';
