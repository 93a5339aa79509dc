CREATE TABLE orders (id integer, state varchar(20), CONSTRAINT states CHECK (state IN ('new', 'paid')));
CREATE INDEX open_orders ON orders (id) WHERE state IN ('new', 'paid');
COMMENT ON INDEX open_orders IS 'not yet sent';
