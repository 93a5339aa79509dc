// From a section to statements.
#include <catch2/catch.hpp>

#include "script/revision_script.hpp"

using namespace revisiond;
using namespace revisiond::script;

namespace {

RevisionScript parsed(const std::string& keys, const std::string& sections) {
    const ParsedScript result = parse_script("m/a.sql", "-- revision = \"a1\"\n" + keys + sections);
    REQUIRE(result.script);
    return *result.script;
}

std::vector<std::string> statements(const sql::SplitScript& split) {
    std::vector<std::string> result;
    for (const sql::Statement& statement : split.statements)
        result.push_back(std::to_string(statement.line) + ": " + statement.text);
    return result;
}

std::string findings(const sql::SplitScript& split) {
    std::string result;
    for (const Diagnostic& diagnostic : split.diagnostics) result += to_text(diagnostic) + "\n";
    return result;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("statements know their line in the file") {
    const RevisionScript script =
        parsed("", "\n-- [upgrade]\n\nSELECT 1;\n-- x\nSELECT 2\n-- [downgrade]\nSELECT 3;\n");
    CHECK(statements(split_section(script, SectionKind::upgrade, {})) ==
          Texts{"5: SELECT 1", "7: SELECT 2"});
    CHECK(statements(split_section(script, SectionKind::downgrade, {})) == Texts{"9: SELECT 3"});
    CHECK(split_section(script, SectionKind::verify, {}).statements.empty());
    CHECK(split_options(script, SectionKind::downgrade, {}).first_line == 9);
}

TEST_CASE("what PostgreSQL refuses in a transaction needs transaction = false") {
    const std::string section =
        "-- [upgrade]\nSELECT 1;\n  CREATE INDEX CONCURRENTLY i ON t (a);\n";
    CHECK(findings(split_section(parsed("", section), SectionKind::upgrade, {})) ==
          "error: m/a.sql:4:3: PostgreSQL refuses CREATE INDEX CONCURRENTLY inside a transaction\n"
          "      CREATE INDEX CONCURRENTLY i ON t (a);\n"
          "      ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
          "  hint: set transaction = false in the header\n");
    CHECK(findings(split_section(parsed("-- transaction = false\n", section), SectionKind::upgrade,
                                 {})) == "");
}

TEST_CASE("variables are looked for only in files that name some") {
    const std::string section = "-- [upgrade]\nSELECT :name;\n";
    const std::map<std::string, std::string> values = {{"name", "42"}};
    CHECK(statements(split_section(parsed("", section), SectionKind::upgrade, values)) ==
          Texts{"3: SELECT :name"});
    const RevisionScript script = parsed("-- variables = [\"name\"]\n", section);
    CHECK(statements(split_section(script, SectionKind::upgrade, values)) == Texts{"4: SELECT 42"});
    CHECK(has_errors(split_section(script, SectionKind::upgrade, {}).diagnostics));
}
