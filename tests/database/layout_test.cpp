// Layouts of the state schema: one that was published is migrated in place, with what is in it.
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "database/state_schema.hpp"
#include "fixture.hpp"

using namespace revisiond;
using namespace revisiond::test;

namespace {

std::string layout_1() {
    std::ifstream file(REVISIOND_SOURCE_DIR "/tests/cases/state_schema/layout_1.sql");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// A database as the first program left it: one operation that ran, and one that died.
void make_layout_1(const Database& db) {
    db.execute(layout_1());
    db.execute(
        "INSERT INTO revisiond.operation (id, version_table, kind, target, revisions, digest, "
        "state,"
        " started_at, finished_at, actor, host, term) VALUES"
        " ('00000000-0000-4000-8000-000000000001', '\"public\".\"alembic_version\"', 'upgrade',"
        " 'upgrade heads', '{a}', 'v1:0', 'succeeded', '2026-01-01 10:00Z', '2026-01-01 10:01Z',"
        " 'somebody', 'there', 1), ('00000000-0000-4000-8000-000000000002',"
        " '\"public\".\"alembic_version\"', 'upgrade', 'upgrade heads', '{b}', 'v1:0', 'running',"
        " '2026-01-02 10:00Z', NULL, 'somebody', 'there', 2)");
}

}  // namespace

TEST_CASE("a state schema of layout 1 is migrated in place by the next write") {
    Database db;
    make_layout_1(db);
    db.add({"a", "", "CREATE TABLE t (id int);"});
    CHECK(db.state().layout == 1);
    REQUIRE(db.upgrade());
    CHECK(db.state().layout == database::current_layout);
    CHECK(db.query("SELECT state || ' ' || origin || ' ' || (created_at = started_at) FROM"
                   " revisiond.operation ORDER BY number") ==
          std::vector<std::string>{"succeeded command true", "interrupted command true",
                                   "succeeded command false"});
    // What died is told in its events too.
    CHECK(db.query("SELECT type FROM revisiond.event WHERE operation ="
                   " '00000000-0000-4000-8000-000000000002' ORDER BY number") ==
          std::vector<std::string>{"settled", "finished"});
}

TEST_CASE(
    "the script for a privileged role migrates, may run again, and gives rights on all of it") {
    Database db;
    make_layout_1(db);
    db.execute("DROP ROLE IF EXISTS migrator");
    db.execute("CREATE ROLE migrator LOGIN");
    const std::string script = database::ensure_version_sql(db.names, "migrator");
    db.execute(script);
    db.execute(script);
    CHECK(db.state().layout == database::current_layout);
    CHECK(db.value("SELECT has_table_privilege('migrator', 'revisiond.event', 'INSERT')") == "t");
    db.execute("GRANT CREATE ON SCHEMA public TO migrator");
    db.add({"a", "", "CREATE TABLE t (id int);"});
    db.parameters[1].second = "migrator";
    REQUIRE(db.upgrade());
}

TEST_CASE("who had rights on layout 1 has them on what layout 2 adds, and nobody else") {
    Database db;
    make_layout_1(db);
    db.execute("DROP ROLE IF EXISTS watcher");
    db.execute("DROP ROLE IF EXISTS curious");
    db.execute("CREATE ROLE watcher; CREATE ROLE curious");
    db.execute("GRANT SELECT ON revisiond.operation TO watcher");
    db.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA revisiond GRANT ALL ON TABLES TO curious");
    db.add({"a", "", "CREATE TABLE t (id int);"});
    REQUIRE(db.upgrade());
    CHECK(db.value("SELECT has_table_privilege('watcher', 'revisiond.event', 'SELECT')") == "t");
    CHECK(db.value("SELECT has_table_privilege('watcher', 'revisiond.event', 'INSERT')") == "f");
    CHECK(db.value("SELECT has_table_privilege('curious', 'revisiond.event', 'SELECT')") == "f");
}
