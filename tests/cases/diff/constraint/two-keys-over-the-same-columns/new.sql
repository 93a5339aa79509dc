CREATE TABLE kept (id integer PRIMARY KEY);
CREATE TABLE doubled (a integer, b integer, CONSTRAINT doubled_key PRIMARY KEY (a, b));
ALTER TABLE doubled ADD CONSTRAINT again UNIQUE (a, b);
ALTER TABLE doubled ADD CONSTRAINT aside UNIQUE (b);
ALTER TABLE doubled ADD CONSTRAINT before UNIQUE (a, b);
COMMENT ON CONSTRAINT before ON doubled IS 'the third';
