CREATE SUBSCRIPTION "Sub A" CONNECTION 'host=nowhere dbname=x' PUBLICATION p WITH (connect = false);
