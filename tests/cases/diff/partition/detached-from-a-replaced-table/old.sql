CREATE TABLE events (id integer, note text CONSTRAINT events_note CHECK (note <> '')) PARTITION BY RANGE (id);
CREATE TABLE events_old (id integer, note text);
