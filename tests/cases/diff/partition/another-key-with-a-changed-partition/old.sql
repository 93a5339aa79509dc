CREATE TABLE events (id integer NOT NULL, note text) PARTITION BY RANGE (id);
CREATE TABLE events_old (note text DEFAULT 'old', id integer NOT NULL);
ALTER TABLE events ATTACH PARTITION events_old FOR VALUES FROM (0) TO (10);
