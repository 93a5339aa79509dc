CREATE TABLE events (id integer, note text CONSTRAINT events_note CHECK (note <> '')) PARTITION BY LIST (id);
CREATE TABLE events_old PARTITION OF events (note NOT NULL) FOR VALUES IN (1) PARTITION BY LIST (note);
CREATE TABLE events_old_x PARTITION OF events_old FOR VALUES IN ('x');
