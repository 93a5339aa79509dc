CREATE TABLE t (a integer, b text, c integer[], d text, p point);
CREATE INDEX i ON t USING gist (to_tsvector('english', b) tsvector_ops (siglen = 100));
