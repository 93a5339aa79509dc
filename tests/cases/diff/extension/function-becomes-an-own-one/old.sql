CREATE EXTENSION citext;
CREATE TABLE t (c text CHECK (regexp_match(c::citext, 'a'::citext) IS NULL));
