CREATE TABLE users (id integer PRIMARY KEY);
CREATE TABLE events (id integer REFERENCES users, note text CONSTRAINT events_note CHECK (note <> '')) PARTITION BY RANGE (id);
CREATE TABLE events_old PARTITION OF events FOR VALUES FROM (0) TO (10);
