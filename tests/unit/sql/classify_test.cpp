#include "sql/classify.hpp"

#include <catch2/catch.hpp>

using namespace revisiond::sql;
using Concurrent = StatementTraits::Concurrent;

TEST_CASE("what PostgreSQL refuses inside a transaction block") {
    for (const char* statement : {
             "CREATE INDEX CONCURRENTLY ON t (a)",
             "create unique index concurrently if not exists i on t (a)",
             "DROP INDEX CONCURRENTLY IF EXISTS a.i",
             "REINDEX INDEX CONCURRENTLY i",
             "REINDEX (CONCURRENTLY) INDEX x",
             "REINDEX (VERBOSE, CONCURRENTLY on) TABLE x",
             "REINDEX (CONCURRENTLY false, CONCURRENTLY) TABLE x",
             "REINDEX SCHEMA s",
             "REINDEX (VERBOSE) DATABASE d",
             "REINDEX SYSTEM",
             "/* c */ vacuum -- c\n (ANALYZE) t",
             "CLUSTER",
             "CLUSTER VERBOSE;",
             "CLUSTER (VERBOSE)",
             "CREATE DATABASE d",
             "DROP DATABASE IF EXISTS d",
             "ALTER DATABASE \"d\" SET TABLESPACE t",
             "CREATE TABLESPACE t LOCATION '/x'",
             "DROP TABLESPACE t",
             "ALTER SYSTEM SET work_mem = '1MB'",
             "ALTER TABLE ONLY a.t DETACH PARTITION p CONCURRENTLY",
             "DROP SUBSCRIPTION s",
             "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p",
             "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p WITH (create_slot)",
             "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p WITH (enabled = false)",
             "ALTER SUBSCRIPTION s REFRESH PUBLICATION WITH (copy_data = false)",
             "ALTER SUBSCRIPTION s SET PUBLICATION p",
             "ALTER SUBSCRIPTION s ADD PUBLICATION p WITH (refresh = true)",
             "ALTER SUBSCRIPTION s SET (failover = true)",
             "ALTER SUBSCRIPTION s SET (two_phase = false)",
             "DISCARD ALL",
             "REPACK (CONCURRENTLY) t",
             "REPACK",
         }) {
        INFO(statement);
        CHECK(classify(statement).transaction == TransactionRule::forbidden);
    }
}

TEST_CASE("what runs anywhere") {
    for (const char* statement : {
             "",
             ";",
             "(SELECT 1)",
             "CREATE INDEX i ON t (a)",
             "CREATE INDEX \"concurrently\" ON t (a)",
             "DROP INDEX \"concurrently\"",
             "REINDEX TABLE t",
             "REINDEX (CONCURRENTLY false) INDEX x",
             "REINDEX (CONCURRENTLY 'off') INDEX x",
             "CLUSTER t USING i",
             "CLUSTER VERBOSE t",
             "ANALYZE",
             "ALTER DATABASE d SET work_mem = '1MB'",
             "ALTER TABLESPACE t RENAME TO u",
             "ALTER TABLE t DETACH PARTITION p",
             "ALTER TABLE t DETACH PARTITION p FINALIZE",
             "ALTER TABLE t ADD COLUMN concurrently int",
             "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p WITH (create_slot = false)",
             "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p WITH (connect = off)",
             "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)",
             "ALTER SUBSCRIPTION s SET (slot_name = NONE)",
             "ALTER SUBSCRIPTION s DISABLE",
             "DISCARD TEMP",
             "ALTER TYPE e ADD VALUE 'a'",
             "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
             "SAVEPOINT a",
             "RELEASE a",
             "ROLLBACK TO a",
             "ROLLBACK WORK TO SAVEPOINT a",
             "ROLLBACK TRANSACTION TO a",
             "PREPARE transaction AS SELECT 1",
             "PREPARE transaction (int) AS SELECT 1",
             "REPACK t",
             "\"commit\"",
         }) {
        INFO(statement);
        CHECK(classify(statement).transaction == TransactionRule::any);
    }
    CHECK(classify("CALL p()").transaction == TransactionRule::in_doubt);
    CHECK(classify("do $$ begin end $$").transaction == TransactionRule::in_doubt);
}

TEST_CASE("transaction control in all its forms") {
    for (const char* statement :
         {"BEGIN", "begin isolation level serializable", "START TRANSACTION READ ONLY", "COMMIT",
          "COMMIT AND CHAIN", "END", "END WORK", "ABORT", "ROLLBACK", "ROLLBACK AND CHAIN",
          "ROLLBACK WORK AND NO CHAIN", "PREPARE TRANSACTION 'x'", "PREPARE TRANSACTION $$x$$",
          "COMMIT PREPARED 'x'", "ROLLBACK PREPARED 'x'", "/* c */ Commit -- d", "COMMIT;"}) {
        INFO(statement);
        CHECK(classify(statement).transaction == TransactionRule::control);
    }
}

TEST_CASE("lock classes") {
    const auto lock = [](const char* statement) { return classify(statement).lock; };
    for (const char* rows :
         {"SELECT 1", "(SELECT 1)", "with a as (delete from t) insert into t",
          "INSERT INTO t VALUES (1)", "MERGE INTO t", "COPY t FROM stdin", "CALL p()", "DO $$$$",
          "VALUES (1)", "TABLE t", "SET a = b", "EXPLAIN ANALYZE SELECT 1", "ROLLBACK TO a"})
        CHECK(lock(rows) == LockClass::rows);
    for (const char* ddl :
         {"ALTER TABLE t VALIDATE CONSTRAINT c", "CREATE INDEX i ON t (a)", "TRUNCATE t",
          "LOCK TABLE t", "WHATEVER comes", "COMMENT ON TABLE t IS 'a'",
          "REFRESH MATERIALIZED VIEW CONCURRENTLY v", "REINDEX SCHEMA s"})
        CHECK(lock(ddl) == LockClass::ddl);
    for (const char* concurrent :
         {"CREATE INDEX CONCURRENTLY ON t (a)", "DROP INDEX CONCURRENTLY i",
          "REINDEX (CONCURRENTLY) TABLE t", "ALTER TABLE t DETACH PARTITION p CONCURRENTLY"})
        CHECK(lock(concurrent) == LockClass::concurrently);
}

TEST_CASE("session settings") {
    struct Case {
        const char* statement;
        SessionEffect effect;
        bool local;
    };
    for (const Case& c : std::vector<Case>{
             {"SET a.b = 1", SessionEffect::set, false},
             {"SET SESSION search_path TO a", SessionEffect::set, false},
             {"SET TIME ZONE 'UTC'", SessionEffect::set, false},
             {"SET ROLE a", SessionEffect::set, false},
             {"SET SESSION AUTHORIZATION a", SessionEffect::set, false},
             {"SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", SessionEffect::set, false},
             {"set Lock_Timeout = '1s'", SessionEffect::sets_lock_timeout, false},
             {"SET SESSION \"lock_timeout\" TO 0", SessionEffect::sets_lock_timeout, false},
             {"SET LOCAL lock_timeout = 0", SessionEffect::sets_lock_timeout, true},
             {"RESET lock_timeout", SessionEffect::sets_lock_timeout, false},
             {"SET statement_timeout = 0", SessionEffect::sets_statement_timeout, false},
             {"RESET ALL", SessionEffect::set, false},
             {"RESET", SessionEffect::set, false},
             {"SET LOCAL search_path = a", SessionEffect::none, true},
             {"SET LOCAL ROLE a", SessionEffect::none, true},
             {"SET CONSTRAINTS ALL IMMEDIATE", SessionEffect::none, false},
             {"SET TRANSACTION READ ONLY", SessionEffect::none, false},
             {"SELECT 1", SessionEffect::none, false},
             {"SELECT pg_catalog.set_config('search_path', '', false)", SessionEffect::set, false},
             {"select set_config ('Lock_Timeout', '1' || 's', 'off')",
              SessionEffect::sets_lock_timeout, false},
             {"SELECT set_config('statement_timeout', f(1, 2), false)",
              SessionEffect::sets_statement_timeout, false},
             {"SELECT set_config('search_path', '', true)", SessionEffect::none, true},
             {"SELECT set_config('lock_timeout', '1s', true)", SessionEffect::sets_lock_timeout,
              true},
             {"SELECT set_config('a.b', c, false) FROM t", SessionEffect::none, false},
             {"SELECT set_config('a.b', c)", SessionEffect::none, false},
             {"SELECT set_config(name, 'c', false)", SessionEffect::none, false},
             {"SELECT set_config('a.b', 'c', false", SessionEffect::none, false},
             {"SELECT other.set_config('a.b', 'c', false)", SessionEffect::none, false},
         }) {
        INFO(c.statement);
        CHECK(classify(c.statement).session == c.effect);
        CHECK(classify(c.statement).local_setting == c.local);
    }
}

TEST_CASE("what CONCURRENTLY works on") {
    const auto create =
        classify("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"I x\" ON ONLY a.\"T\" (b)");
    CHECK(create.concurrent == Concurrent::create_index);
    CHECK(create.concurrent_object == "\"I x\"");
    CHECK(create.concurrent_table == "a.\"T\"");
    CHECK(create.if_not_exists);
    const auto unnamed = classify("CREATE INDEX CONCURRENTLY ON t USING btree (b)");
    CHECK(unnamed.concurrent == Concurrent::create_index);
    CHECK(unnamed.concurrent_object.empty());
    CHECK(unnamed.concurrent_table == "t");
    const auto drop = classify("DROP INDEX CONCURRENTLY IF EXISTS a . i CASCADE");
    CHECK(drop.concurrent == Concurrent::drop_index);
    CHECK(drop.concurrent_object == "a . i");
    const auto reindex = classify("REINDEX (CONCURRENTLY, TABLESPACE x) TABLE a.t");
    CHECK(reindex.concurrent == Concurrent::reindex);
    CHECK(reindex.reindex_kind == "TABLE");
    CHECK(reindex.concurrent_object == "a.t");
    CHECK(classify("REINDEX SCHEMA CONCURRENTLY s").concurrent_object == "s");
    const auto detach = classify("ALTER TABLE IF EXISTS a.t DETACH PARTITION \"p\" CONCURRENTLY");
    CHECK(detach.concurrent == Concurrent::detach_partition);
    CHECK(detach.concurrent_table == "a.t");
    CHECK(detach.concurrent_object == "\"p\"");
    CHECK(classify("CREATE INDEX i ON t (a)").concurrent == Concurrent::none);
}

TEST_CASE("COPY to and from the client") {
    CHECK(classify("COPY t FROM STDIN").copy_from_stdin);
    CHECK(classify("copy a.\"b\" (c, d) from stdout with (format csv)").copy_from_stdin);
    CHECK(classify("COPY BINARY t FROM stdin;").copy_from_stdin);
    CHECK(classify("COPY (SELECT 1 FROM stdin) TO STDOUT").copy_to_stdout);
    for (const char* other :
         {"COPY t FROM 'stdin'", "COPY t FROM PROGRAM 'x'", "COPY t TO stdout",
          "COPY (SELECT 1 FROM stdin) TO 'x'", "SELECT 1 FROM stdin", "COPY \"from\" TO 'stdin'"})
        CHECK_FALSE(classify(other).copy_from_stdin);
}

TEST_CASE("tags are PostgreSQL's command tags") {
    const std::vector<std::pair<const char*, const char*>> cases = {
        {"create or replace function f() returns int", "CREATE FUNCTION"},
        {"CREATE UNLOGGED TABLE IF NOT EXISTS t ()", "CREATE TABLE"},
        {"CREATE UNIQUE INDEX i ON t (a)", "CREATE INDEX"},
        {"DROP MATERIALIZED VIEW v", "DROP MATERIALIZED VIEW"},
        {"CREATE TEXT SEARCH PARSER p", "CREATE TEXT SEARCH PARSER"},
        {"ALTER DEFAULT PRIVILEGES GRANT ALL", "ALTER DEFAULT PRIVILEGES"},
        {"REFRESH MATERIALIZED VIEW v", "REFRESH MATERIALIZED VIEW"},
        {"WITH a AS (SELECT 1), b AS (DELETE FROM t) UPDATE t SET a = 1", "UPDATE"},
        {"WITH a AS (SELECT 1) TABLE a", "SELECT"},
        {"((SELECT 1))", "SELECT"},
        {"vacuum full", "VACUUM"},
        {"'a'", ""},
        {"CREATE", "CREATE"},
    };
    for (const auto& [statement, tag] : cases) CHECK(classify(statement).tag == tag);
    CHECK(classify("CREATE UNLOGGED TABLE IF NOT EXISTS t ()").if_not_exists);
    CHECK_FALSE(classify("CREATE TABLE t ()").if_not_exists);
}
