CREATE SUBSCRIPTION feed CONNECTION 'dbname=far' PUBLICATION one WITH (connect = false, slot_name = NONE);
