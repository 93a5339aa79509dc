CREATE SCHEMA "A b";
CREATE TABLE "A b"."c.d"("e""f" int);
