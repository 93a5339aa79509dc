INSERT INTO "Apps"."Main T" (note) VALUES (1), (2), (3), (4), (5), (6);
