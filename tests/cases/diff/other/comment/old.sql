CREATE LANGUAGE mine HANDLER plpgsql_call_handler;
