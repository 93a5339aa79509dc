CREATE SCHEMA "My Schema"; CREATE TABLE "My Schema"."A ""t" ("x.y" integer);
