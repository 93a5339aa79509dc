GRANT SELECT (rolname, oid) ON pg_authid TO PUBLIC;
