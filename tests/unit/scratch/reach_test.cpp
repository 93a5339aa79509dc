#include <catch2/catch.hpp>

#include "scratch/reach.hpp"

using namespace revisiond::scratch;

namespace {

std::string reach_of(const std::string& statement) {
    const auto found = reaches_beyond(statement);
    if (!found) return "";
    return (found->reach == Reach::cluster ? "cluster: " : "far: ") + found->what;
}

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
    CHECK(reach_of("CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN "
                   "EXECUTE $q$ALTER SYSTEM RESET ALL$q$; END $f$") == "cluster: ALTER SYSTEM");
    CHECK(reach_of("CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT dblink_connect(''x'')'") ==
          "far: DBLINK_CONNECT()");
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
