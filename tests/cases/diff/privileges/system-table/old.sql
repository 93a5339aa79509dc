GRANT SELECT ON pg_largeobject TO PUBLIC;
