CREATE SCHEMA "Apps";
CREATE TABLE "Apps"."Main T" ("The Id" serial PRIMARY KEY, note text);
