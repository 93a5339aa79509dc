#include <catch2/catch.hpp>

#include "target/rename_marks.hpp"

using namespace revisiond;
using namespace revisiond::target;

namespace {

// "table.column < old", one a line.
std::string marks_of(const std::string& text) {
    const auto marks = read_rename_marks({{"schema.sql", text}});
    if (!marks) return "error: " + to_text(marks.error().front());
    std::string shown;
    for (const RenameMark& mark : *marks) {
        shown += mark.table.display() + (mark.column.empty() ? "" : "." + mark.column) + " < " +
                 (mark.old_schema.empty() ? "" : mark.old_schema + ".") + mark.old_name + "\n";
    }
    return shown;
}

std::string complaint(const std::string& text) {
    const std::string shown = marks_of(text);
    REQUIRE_THAT(shown, Catch::StartsWith("error: error: schema.sql:"));
    return shown;
}

}  // namespace

TEST_CASE("a mark above a table or a column") {
    CHECK(marks_of("-- renamed from: people\nCREATE TABLE users (id int);") == "users < people\n");
    CHECK(marks_of("CREATE TABLE app.users (\n  id int,\n  -- renamed from: phone\n"
                   "  phone_number text\n);") == "app.users.phone_number < phone\n");
    CHECK(marks_of("CREATE TABLE IF NOT EXISTS t (\n-- Renamed From: a\nb numeric(3, 2),\n"
                   "-- renamed from: c\nd text DEFAULT 'x,y');") == "t.b < a\nt.d < c\n");
    CHECK(marks_of("-- renamed from: phone\nALTER TABLE ONLY users ADD COLUMN tel text;") ==
          "users.tel < phone\n");
}

TEST_CASE("names fold and quote as PostgreSQL's do") {
    CHECK(marks_of("-- renamed from: \"Old Name\"\nCREATE TABLE \"New\" (i int);") ==
          "New < Old Name\n");
    CHECK(marks_of("-- renamed from: OLD\nCREATE TABLE New (i int);") == "new < old\n");
    CHECK(marks_of("-- renamed from: old_schema.t\nCREATE TABLE t (i int);") ==
          "t < old_schema.t\n");
}

TEST_CASE("other comments, strings and data are no marks") {
    CHECK(marks_of("-- this was renamed from time to time\nCREATE TABLE t (i int);").empty());
    CHECK(marks_of("SELECT '-- renamed from: x';\nDO $$ -- renamed from: x\n$$;").empty());
    CHECK(marks_of("CREATE TABLE t (a text);\nCOPY t FROM stdin;\n-- renamed from: x\n\\.\n"
                   "SELECT 1;")
              .empty());
}

TEST_CASE("a mark that belongs to nothing is an error with its place") {
    CHECK_THAT(complaint("CREATE TABLE t (\n  a int, -- renamed from: b\n  c int\n);"),
               Catch::Contains("schema.sql:2:10: a rename mark must stand on a line of its own"));
    CHECK_THAT(complaint("-- renamed from: x\nCREATE VIEW v AS SELECT 1;"),
               Catch::Contains("stands above no table and no column"));
    CHECK_THAT(complaint("CREATE TABLE t (a int\n-- renamed from: b\n);"),
               Catch::Contains("must stand above its column"));
    CHECK_THAT(complaint("CREATE TABLE t (a int,\n-- renamed from: b\nUNIQUE (a));"),
               Catch::Contains("stands above no column"));
    CHECK_THAT(complaint("SELECT 1;\n-- renamed from: x\n"),
               Catch::Contains("stands above nothing"));
    CHECK_THAT(complaint("-- renamed from: two words\nCREATE TABLE t (a int);"),
               Catch::Contains("\"two words\" is not a name"));
    CHECK_THAT(complaint("-- renamed from: a\n-- renamed from: b\nCREATE TABLE t (a int);"),
               Catch::Contains("a second rename mark"));
}
