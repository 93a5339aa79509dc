CREATE TRUSTED LANGUAGE mine HANDLER plpgsql_call_handler;
