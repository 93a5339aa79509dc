CREATE SUBSCRIPTION feed CONNECTION 'dbname=far' PUBLICATION one, two WITH (connect = false, slot_name = NONE);
