// Layouts of the state schema: one that was published is migrated in place, with what is in it.
#include <catch2/catch.hpp>

#include "database/state_schema.hpp"
#include "fixture.hpp"

using namespace revisiond;
using namespace revisiond::test;

namespace {

// A database as the first program left it: one operation that ran, and one that died.
void make_layout_1(const Database& db) {
    db.make_layout(1);
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

TEST_CASE(
    "a history of layout 2 is read as it is, and takes the addresses of its operations along") {
    Database db;
    make_layout_1(db);
    db.make_layout(2);
    db.execute(
        "DELETE FROM revisiond.operation WHERE state = 'running';"
        "UPDATE revisiond.operation SET address = '10.0.0.7';"
        "INSERT INTO revisiond.history (version_table, operation, revision, direction, outcome,"
        " started_at, statements, checksum, actor, host, version, term)"
        " SELECT version_table, id, '0', 'stamp', 'stamped', started_at, 0, '', actor, host, '0', 1"
        " FROM revisiond.operation");
    const auto read = [&] {
        auto connection = db.connect();
        auto rows = database::read_history(database::query_of(connection), db.state(), db.names, 0);
        REQUIRE(rows);
        std::vector<std::string> addresses;
        for (const auto& row : *rows) addresses.push_back(row.actor + " " + row.address);
        return addresses;
    };
    CHECK(db.state().layout == 2);
    CHECK(read() == std::vector<std::string>{"somebody "});
    db.add({"a", "", "CREATE TABLE t (id int);"});
    db.requester.address = "10.0.0.8";
    REQUIRE(db.upgrade());
    CHECK(db.state().layout == database::current_layout);
    CHECK(read() == std::vector<std::string>{"tester 10.0.0.8", "somebody 10.0.0.7"});
}
