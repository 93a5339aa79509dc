CREATE TABLE t (id integer PRIMARY KEY, a integer, b text, c numeric(10,2), d timestamptz);
CREATE TABLE u (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, t_id integer REFERENCES t (id) ON DELETE CASCADE, n text NOT NULL DEFAULT 'x' CHECK (n <> ''), UNIQUE (n, t_id));
