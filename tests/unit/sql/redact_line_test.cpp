#include <catch2/catch.hpp>

#include "sql/redact.hpp"
#include "sql/splitter.hpp"

using namespace revisiond;

TEST_CASE("a refused line is shown without its secret and without a caret") {
    const sql::SplitScript split =
        sql::split("SELECT 1;\nALTER ROLE a PASSWORD 's3cret'; COMMIT;\n", {"f.sql", 10, {}});
    REQUIRE(split.diagnostics.size() == 1);
    const SourceLocation& at = split.diagnostics[0].at;
    CHECK(at.line == 11);
    CHECK(at.line_text.find("s3cret") == std::string::npos);
    CHECK(at.line_text.find("PASSWORD '***'") != std::string::npos);
    CHECK(at.column == 0);
}

TEST_CASE("the server's position does not show a secret either") {
    const std::string script = "ALTER ROLE a\n PASSWORD\n 's3cret' VALID UNTIL 'never';";
    const sql::SplitOptions options{"f.sql", 1, {}};
    const sql::SplitScript split = sql::split(script, options);
    REQUIRE(split.statements.size() == 1);
    const SourceLocation at = sql::locate_position(script, options, split.statements[0], 26);
    CHECK(at.line == 3);
    CHECK(at.line_text.find("s3cret") == std::string::npos);
}

TEST_CASE("a line without a secret keeps its caret") {
    const sql::SplitScript split =
        sql::split("ALTER ROLE a PASSWORD 's3cret';\nCOMMIT;\n", {"f.sql", 1, {}});
    REQUIRE(split.diagnostics.size() == 1);
    CHECK(split.diagnostics[0].at.column == 1);
    CHECK(split.diagnostics[0].at.line_text == "COMMIT;");
}

TEST_CASE("a line is found by its number") {
    CHECK(sql::line_of("a\nb\r\nc", 1) == "b");
    CHECK(sql::line_of("a\nb\r\nc", 2) == "c");
    CHECK(sql::line_of("a\n", 1).empty());
    CHECK(sql::line_of("a", 5).empty());
}
