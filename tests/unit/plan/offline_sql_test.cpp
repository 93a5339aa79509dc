#include "plan/offline_sql.hpp"

#include <catch2/catch.hpp>

#include "project.hpp"

using namespace revisiond;
using namespace revisiond::plan;
using Catch::Matchers::Contains;
using plan::test::file;
using plan::test::plan_of;

namespace {

const OfflineOptions plain{{"", "alembic_version"}, {}};

std::string script_of(const std::string& body, const std::string& more = "") {
    return offline_sql(plan_of({file("a", "", body, more)}), plain);
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

}  // namespace

TEST_CASE("a block is guard, statements, version rows, guard, in one transaction") {
    const std::string text = script_of("-- [upgrade]\nCREATE TABLE t ();\n");
    const auto order = {"CREATE TABLE IF NOT EXISTS \"alembic_version\"",
                        "BEGIN",
                        "expected text[] := ARRAY[]::text[]",
                        "-- Running upgrade  -> a, message of a\n",
                        "CREATE TABLE t ();\n",
                        "INSERT INTO \"alembic_version\" (version_num) VALUES ('a');\n",
                        "expected text[] := ARRAY['a']::text[]",
                        "COMMIT;\n"};
    std::size_t at = 0;
    for (const char* part : order) {
        INFO(part << "\nin\n" << text);
        at = text.find(part, at);
        REQUIRE(at != std::string::npos);
    }
    CHECK_THAT(text, !Contains("\\set") && !Contains("RESET") && !Contains("SET CONSTRAINTS"));
}

TEST_CASE("the version table is created only for a plan that begins at base") {
    const MigrationPlan down = plan_of({file("a", "", "-- [upgrade]\nSELECT 1;\n-- [downgrade]\n")},
                                       graph::Direction::downgrade);
    const std::string text = offline_sql(down, plain);
    CHECK_THAT(text, !Contains("CREATE TABLE"));
    CHECK_THAT(text, Contains("DELETE FROM \"alembic_version\" WHERE version_num = 'a';\n"));
    CHECK_THAT(text, Contains("-- Running downgrade a -> , message of a\n"));
}

TEST_CASE("a version table with a schema is qualified and quoted everywhere") {
    const std::string text = offline_sql(plan_of({file("a", "", "-- [upgrade]\nSELECT 1;\n")}),
                                         {{"my app", "Version"}, "v7"});
    CHECK(count(text, "\"my app\".\"Version\"") == 6);
    CHECK(count(text, "Version\"") == 6);
    CHECK_THAT(text, Contains("-- tag: v7\n"));
}

TEST_CASE("the script is the same every time") {
    CHECK(script_of("-- [upgrade]\nSELECT 1;\n") == script_of("-- [upgrade]\nSELECT 1;\n"));
}

TEST_CASE("statements outside a transaction switch ON_ERROR_STOP on") {
    const std::string text = script_of("-- [upgrade]\nCREATE INDEX CONCURRENTLY i ON t (x);\n",
                                       "-- transaction = false\n");
    CHECK(text.find("\\set ON_ERROR_STOP on") < text.find("DO $revisiond$"));
    CHECK(text.find("CREATE INDEX") < text.find("BEGIN ISOLATION"));
    CHECK_THAT(text, Contains("It needs psql itself"));
    CHECK(count(text, "LOCK TABLE") == 3);
}

TEST_CASE("COPY data is written for psql, and stops at an error") {
    const std::string text =
        script_of("-- [upgrade]\nCOPY t FROM stdin;\n1\tit's\n\\.\nSELECT 1;\n");
    CHECK_THAT(text, Contains("COPY t FROM stdin;\n1\tit's\n\\.\nSELECT 1;\n"));
    CHECK(text.find("\\set ON_ERROR_STOP on") < text.find("BEGIN"));
}

TEST_CASE("a changed session is put back before the version rows, and only then") {
    for (const char* statement : {"SET search_path = x", "SET ROLE r", "SET LOCAL search_path = x",
                                  "SELECT set_config('search_path', 'x', false)",
                                  "DO $$BEGIN END$$", "RESET search_path"}) {
        INFO(statement);
        const std::string text = script_of(std::string("-- [upgrade]\n") + statement + ";\n");
        const auto reset = text.find("RESET ROLE;\nRESET ALL;\n");
        CHECK(reset != std::string::npos);
        CHECK(reset < text.find("INSERT INTO"));
        CHECK(text.find("SET client_encoding", reset) != std::string::npos);
    }
    CHECK_THAT(script_of("-- [upgrade]\nCREATE TEMP TABLE x ();\n"),
               Contains("COMMIT;\nDISCARD TEMP;\n"));
}

TEST_CASE("a query in [verify] raises when it answers false; other statements stand as they are") {
    const std::string text = script_of(
        "-- [upgrade]\nSELECT 1;\n-- [verify]\nSELECT '$revisiond$' = 'x';\n"
        "ANALYZE;\nSELECT 1 INTO t;\nWITH x AS (INSERT INTO t VALUES (1) RETURNING true) TABLE "
        "x;\n");
    CHECK_THAT(text, Contains("SET CONSTRAINTS ALL IMMEDIATE;\n"));
    CHECK_THAT(text, Contains("\nANALYZE;\n"));
    CHECK_THAT(text, Contains("\nSELECT 1 INTO t;\n"));
    CHECK(count(text, "FOR answer IN EXECUTE") == 2);
    CHECK_THAT(text,
               Contains("query text := $revisiond_1$\nSELECT '$revisiond$' = 'x'\n$revisiond_1$;"));
    CHECK_THAT(text, Contains("DO $revisiond_2$\n"));
}

TEST_CASE("nothing in a message or tag leaves its comment") {
    const std::string head = "-- message = \"one\\nDROP TABLE users;\\rDROP\"\n";
    const MigrationPlan plan = plan_of({"-- revision = \"a\"\n" + head + "\n-- [upgrade]\n"});
    const std::string text = offline_sql(plan, {{"", "v"}, "x\nDROP TABLE tags;"});
    CHECK_THAT(text, Contains("-> a, one DROP TABLE users; DROP\n"));
    CHECK_THAT(text, Contains("-- tag: x DROP TABLE tags;\n"));
}

TEST_CASE("a colon stays a colon, whatever variables psql has") {
    const std::string text =
        script_of("-- [upgrade]\nSELECT (ARRAY[1,2])[1:USER], ':USER', x::text, a[1:\"USER\"];\n");
    CHECK_THAT(text, Contains("(ARRAY[1,2])[1: USER], ':USER', x::text, a[1: \"USER\"];\n"));
}

TEST_CASE("long ids widen the column of Alembic's table") {
    const std::string id(40, 'x');
    const std::string text = offline_sql(plan_of({file(id, "", "-- [upgrade]\n")}), plain);
    CHECK(text.find("ALTER COLUMN version_num TYPE varchar(255);") < text.find("INSERT INTO"));
    CHECK_THAT(script_of("-- [upgrade]\n"), !Contains("ALTER"));
}

TEST_CASE("stamp --sql changes rows between two guards") {
    graph::StampPlan stamp;
    stamp.row_changes = {{graph::RowChange::Kind::update, "a", "b"},
                         {graph::RowChange::Kind::remove, "c", ""}};
    const std::string text = offline_stamp_sql({"a", "c"}, stamp, plain);
    CHECK_THAT(text, !Contains("CREATE TABLE"));
    CHECK_THAT(text, Contains("ARRAY['a','c']::text[]") && Contains("ARRAY['b']::text[]"));
    CHECK_THAT(text, Contains("SET version_num = 'b' WHERE version_num = 'a';\nDELETE FROM"));
    CHECK_THAT(offline_stamp_sql({"a"}, {}, plain),
               Contains("Nothing to do") && !Contains("BEGIN"));
}
