CREATE TABLE events (id integer NOT NULL, note text) PARTITION BY LIST (id);
CREATE TABLE events_old PARTITION OF events (note NOT NULL) FOR VALUES IN (1, NULL);
