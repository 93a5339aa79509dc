CREATE SUBSCRIPTION feed CONNECTION 'dbname=far' PUBLICATION two, one WITH (connect = false, slot_name = NONE);
