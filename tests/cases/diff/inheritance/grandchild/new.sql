CREATE TABLE p (a integer DEFAULT 1, b text NOT NULL);
CREATE TABLE c () INHERITS (p); CREATE TABLE g (h integer) INHERITS (c);
