#include <catch2/catch.hpp>

#include "scratch/reach_guard.hpp"

using namespace revisiond::scratch;

namespace {

std::string text_of(const std::optional<Reaching>& found) {
    if (!found) return "";
    return (found->reach == Reach::cluster ? "cluster: " : "far: ") + found->what;
}

std::string reach_of(const std::string& statement) {
    return text_of(ReachGuard(false).judge({statement}).front());
}

// What is said of the last statement when all are loaded.
std::string last_of(const std::vector<std::string_view>& statements) {
    return text_of(ReachGuard(true).judge(statements).back());
}

constexpr const char* reaching_routine =
    "CREATE FUNCTION app.sync() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM "
    "dblink_exec('host=prod', 'x'); RETURN NEW; END $$";

}  // namespace

TEST_CASE("statements about what a server's databases share") {
    CHECK(reach_of("DROP ROLE app") == "cluster: DROP ROLE");
    CHECK(reach_of("create  user app PASSWORD 'x'") == "cluster: CREATE USER");
    CHECK(reach_of("ALTER GROUP g ADD USER u") == "cluster: ALTER GROUP");
    CHECK(reach_of("ALTER SYSTEM SET work_mem = '1GB'") == "cluster: ALTER SYSTEM");
    CHECK(reach_of("CREATE DATABASE d") == "cluster: CREATE DATABASE");
    CHECK(reach_of("ALTER DATABASE d SET search_path = x") == "cluster: ALTER DATABASE");
    CHECK(reach_of("CREATE TABLESPACE t LOCATION '/x'") == "cluster: CREATE TABLESPACE");
    CHECK(reach_of("DROP SUBSCRIPTION s") == "cluster: DROP SUBSCRIPTION");
    CHECK(reach_of("DROP OWNED BY app") == "cluster: DROP OWNED");
    CHECK(reach_of("REASSIGN OWNED BY a TO b") == "cluster: REASSIGN OWNED");
    CHECK(reach_of("GRANT admin TO app") == "cluster: GRANT of a role");
    CHECK(reach_of("REVOKE admin FROM app") == "cluster: REVOKE of a role");
    CHECK(reach_of("GRANT CONNECT ON DATABASE d TO app") == "cluster: GRANT ON DATABASE");
    CHECK(reach_of("COMMENT ON ROLE app IS 'x'") == "cluster: COMMENT ON ROLE");
    CHECK(reach_of("SELECT pg_terminate_backend(1)") == "cluster: PG_TERMINATE_BACKEND()");
    CHECK(reach_of("COPY t TO '/tmp/x'") == "cluster: COPY with a file of the server");
}

TEST_CASE("statements that talk to other servers, or start programs") {
    CHECK(reach_of("SELECT * FROM dblink('host=prod', 'DROP TABLE t') AS t(i int)") ==
          "far: DBLINK()");
    CHECK(reach_of("SELECT dblink_exec('c', 'x')") == "far: DBLINK_EXEC()");
    CHECK(reach_of("CREATE SUBSCRIPTION s CONNECTION 'host=prod' PUBLICATION p") ==
          "far: CREATE SUBSCRIPTION");
    CHECK(reach_of("CREATE SUBSCRIPTION s CONNECTION 'host=prod' PUBLICATION p WITH (connect = "
                   "false)") == "cluster: CREATE SUBSCRIPTION");
    CHECK(reach_of("COPY t FROM PROGRAM 'curl x'") == "far: COPY … PROGRAM");
    CHECK(reach_of("IMPORT FOREIGN SCHEMA s FROM SERVER x INTO y") == "far: IMPORT FOREIGN SCHEMA");
}

TEST_CASE("a command that a body hides is found, as deep as EXECUTE nests it") {
    CHECK(reach_of("DO $$ BEGIN DROP ROLE app; END $$") == "cluster: DROP ROLE");
    CHECK(reach_of("DO $$ BEGIN EXECUTE 'DROP ROLE app'; END $$") == "cluster: DROP ROLE");
    CHECK(reach_of("DO $$ BEGIN EXECUTE format('CREATE ROLE %I', 'x'); END $$") ==
          "cluster: CREATE ROLE");
}

TEST_CASE("a routine that reaches out is made, and what could call it is not run") {
    CHECK(last_of({reaching_routine}).empty());
    const std::string called = "far: SELECT that may call DBLINK_EXEC()";
    CHECK(last_of({reaching_routine, "SELECT app.sync()"}) == called);
    CHECK(last_of({"SELECT 1", "SELECT \"app\".\"sync\"()", reaching_routine}).empty());
    CHECK(
        text_of(ReachGuard(true).judge({"SELECT \"app\".\"sync\"()", reaching_routine}).front()) ==
        called);
    CHECK(last_of({reaching_routine, "SELECT U&\"\\0073ync\"()"}) == called);
    CHECK(last_of({reaching_routine, "ALTER FUNCTION app.sync() RENAME TO other",
                   "SELECT other()"}) == called);
    CHECK(last_of({reaching_routine, "CREATE INDEX i ON t (sync(a))"}) ==
          "far: CREATE that may call DBLINK_EXEC()");
    CHECK(last_of({reaching_routine, "DO $$ BEGIN EXECUTE 'SELECT sync()'; END $$"}) ==
          "far: DO that may call DBLINK_EXEC()");
    CHECK(last_of({reaching_routine,
                   "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION app.sync()"}) ==
          "far: CREATE that may call DBLINK_EXEC()");
    CHECK(last_of({reaching_routine, "ALTER TABLE t ADD COLUMN a int DEFAULT app.sync()"}) ==
          "far: ALTER that may call DBLINK_EXEC()");
    CHECK(last_of({reaching_routine, "ALTER TABLE t ADD COLUMN owner int DEFAULT app.sync()"}) ==
          "far: ALTER that may call DBLINK_EXEC()");
    CHECK(
        last_of({reaching_routine, "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (app.sync())"}) ==
        "far: CREATE that may call DBLINK_EXEC()");
}

TEST_CASE("who calls such a routine is one too") {
    const char* caller =
        "CREATE PROCEDURE outer_one() LANGUAGE plpgsql AS 'BEGIN PERFORM sync(); END'";
    CHECK(last_of({caller, reaching_routine}).empty());
    CHECK(last_of({caller, reaching_routine, "CALL outer_one()"}) ==
          "far: CALL that may call DBLINK_EXEC()");
    CHECK(last_of({reaching_routine, "CREATE AGGREGATE a(int) (SFUNC = app.sync, STYPE = int)",
                   "SELECT a(x) FROM t"}) == "far: SELECT that may call DBLINK_EXEC()");
}

TEST_CASE("behind a trigger, rule, view or default that calls one, no rows are touched") {
    for (const char* hook :
         {"CREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION app.sync()",
          "CREATE VIEW v AS SELECT app.sync()", "CREATE TABLE b (c int DEFAULT app.sync())",
          "ALTER TABLE b ALTER COLUMN c SET DEFAULT app.sync()",
          "CREATE VIEW v AS SELECT * FROM dblink('host=prod', 'x') AS t(i int)",
          "CREATE MATERIALIZED VIEW m AS SELECT app.sync() WITH NO DATA"}) {
        INFO(hook);
        CHECK(last_of({reaching_routine, hook}).empty());
        for (const char* statement :
             {"INSERT INTO a VALUES (1)", "SELECT * FROM a", "DELETE FROM parent",
              "CREATE TABLE x AS SELECT 1", "CREATE MATERIALIZED VIEW x AS SELECT 1"}) {
            INFO(statement);
            CHECK_FALSE(last_of({reaching_routine, hook, statement}).empty());
            CHECK(last_of({reaching_routine, statement}).empty());
        }
        for (const char* statement :
             {"SELECT pg_catalog.set_config('search_path', '', false)",
              "SELECT pg_catalog.setval('a_id_seq', 1, true)", "CREATE INDEX i ON a (b)",
              "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c",
              "GRANT EXECUTE ON FUNCTION "
              "app.sync() TO x",
              "COMMENT ON FUNCTION app.sync() IS 'x'", "ALTER FUNCTION app.sync() OWNER TO x",
              "ALTER TABLE a DISABLE TRIGGER sync"}) {
            INFO(statement);
            CHECK(last_of({reaching_routine, hook, statement}).empty());
        }
    }
}

TEST_CASE("what stays in its database runs") {
    for (const char* statement :
         {"CREATE TABLE role (\"user\" int)", "DROP TABLE database_roles",
          "CREATE USER MAPPING FOR app SERVER s", "GRANT SELECT ON t TO app",
          "ALTER TABLE t OWNER TO app", "COMMENT ON TABLE t IS 'DROP ROLE app'",
          "INSERT INTO t VALUES ('DROP DATABASE d')", "CREATE EXTENSION dblink",
          "COPY t FROM stdin", "SELECT 'dblink(x)'",
          "ALTER DEFAULT PRIVILEGES GRANT SELECT ON "
          "TABLES TO app",
          "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
          "DO $$ BEGIN PERFORM 1; END $$", ""}) {
        INFO(statement);
        CHECK(reach_of(statement).empty());
    }
}
