// Files that are sound, and what they become.
#include <catch2/catch.hpp>

#include "base/digest.hpp"
#include "script/revision_script.hpp"

using namespace revisiond;
using script::parse_script;
using script::RevisionScript;

namespace {

RevisionScript parsed(std::string_view text) {
    const script::ParsedScript result = parse_script("m/a.sql", text);
    for (const Diagnostic& diagnostic : result.diagnostics) UNSCOPED_INFO(to_text(diagnostic));
    REQUIRE(result.script);
    CHECK(result.diagnostics.empty());
    return *result.script;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("the file of DESIGN 3 is read") {
    const RevisionScript script =
        parsed(R"(-- Prose above the header is the long message, shown by `show`.
-- revision = "9f2c41d07a3e"
-- down_revision = "23e153465abc"     # an array for a merge point; absent for a base
-- message = "add phone number to users"
-- created = 2026-11-22T10:15:00Z
-- branch_labels = ["accounts"]       # optional
-- depends_on = ["4be1c0ffee12"]      # optional: ids, partial ids or labels
-- transaction = false                # optional; true when absent
-- variables = ["tenant"]             # optional

-- [upgrade]
ALTER TABLE users ADD COLUMN phone_number text;

-- [downgrade]
ALTER TABLE users DROP COLUMN phone_number;

-- [verify]
SELECT count(*) = 0 FROM users WHERE phone_number = '';
)");
    CHECK(script.revision.id == "9f2c41d07a3e");
    CHECK(script.revision.down_revisions == Names{"23e153465abc"});
    CHECK(script.revision.message == "add phone number to users");
    CHECK(script.revision.created == 1795342500LL * 1000000);
    CHECK(script.created == std::string("2026-11-22T10:15:00Z"));
    CHECK(script.revision.branch_labels == Names{"accounts"});
    CHECK(script.revision.depends_on == Names{"4be1c0ffee12"});
    CHECK_FALSE(script.transaction);
    CHECK(script.variables == Names{"tenant"});
    CHECK(script.long_message == "Prose above the header is the long message, shown by `show`.");
    CHECK(script.file() == "m/a.sql");
    CHECK(script.revision.at.line == 2);
    CHECK(script.upgrade->text == "ALTER TABLE users ADD COLUMN phone_number text;\n\n");
    CHECK(script.upgrade->line == 12);
    CHECK(script.downgrade->line == 15);
    CHECK(script.verify->text == "SELECT count(*) = 0 FROM users WHERE phone_number = '';\n");
}

TEST_CASE("the smallest file is a header") {
    const RevisionScript script = parsed("-- revision = \"a1\"");
    CHECK(script.revision.id == "a1");
    CHECK(script.revision.down_revisions.empty());
    CHECK(script.transaction);
    CHECK_FALSE(script.upgrade);
    CHECK_FALSE(script.downgrade);
    CHECK(script.revision.created == 0);
}

TEST_CASE("a header needs no blank behind its dashes, and arrays may span lines") {
    const RevisionScript script = parsed(
        "--revision='a1'\n--down_revision = [ # both\n--   \"b1\",\n--   \"c1\",\n-- ]\n"
        "--\n-- message = \"\"\"two\n-- lines\"\"\"\n");
    CHECK(script.revision.down_revisions == Names{"b1", "c1"});
    CHECK(script.revision.message == "two\nlines");
}

TEST_CASE("the header ends at a blank line, a mark or text; what follows are comments") {
    CHECK_FALSE(
        parsed("-- revision = \"a1\"\n\n-- this is prose, not TOML\n-- [upgrade]\n").downgrade);
    const RevisionScript script = parsed("-- revision = \"a1\"\n-- [upgrade]\nSELECT 1");
    CHECK(script.upgrade->text == "SELECT 1");
    CHECK(script.upgrade->line == 3);
}

TEST_CASE("prose keeps its lines and paragraphs, and may hold brackets") {
    const RevisionScript script = parsed(
        "-- First line,\n--   indented.\n\n-- [wip]\n--\n-- Second's end.\n-- revision = \"a1\"\n");
    CHECK(script.long_message == "First line,\n  indented.\n\n[wip]\n\nSecond's end.");
}

TEST_CASE("a BOM and any line ends are read alike") {
    const std::string text =
        "-- prose\n-- revision = \"a1\"\n-- message = \"x\"\n\n-- [upgrade]\nSELECT 1;\n";
    std::string windows = "\xEF\xBB\xBF";
    for (const char c : text) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
    const RevisionScript plain = parsed(text);
    const RevisionScript other = parsed(windows);
    CHECK(other.revision.message == "x");
    CHECK(other.long_message == "prose");
    CHECK(other.upgrade->text == "SELECT 1;\r\n");
    CHECK(other.upgrade->line == plain.upgrade->line);
    CHECK(script::upgrade_checksum(other) == script::upgrade_checksum(plain));
    std::string old_mac = text;
    for (char& c : old_mac)
        if (c == '\n') c = '\r';
    CHECK(script::upgrade_checksum(parsed(old_mac)) == script::upgrade_checksum(plain));
}

TEST_CASE("checksums are of the section alone") {
    const RevisionScript a =
        parsed("-- revision = \"a1\"\n-- [upgrade]\nSELECT 1;\n-- [downgrade]\nx\n");
    const RevisionScript b =
        parsed("-- revision = \"a1\"\n-- message = \"m\"\n-- [upgrade]\nSELECT 1;\n");
    CHECK(script::upgrade_checksum(a) == script::upgrade_checksum(b));
    CHECK(script::upgrade_checksum(a) == to_hex(sha256("SELECT 1;\n")));
    CHECK(script::downgrade_checksum(a) == to_hex(sha256("x\n")));
    CHECK(script::downgrade_checksum(b) == to_hex(sha256("")));
}

TEST_CASE("marks inside quotes, comments and COPY data are none") {
    const RevisionScript script = parsed(R"(-- revision = "a1"
-- [upgrade]
SELECT '
-- [downgrade]
';
SELECT $x$
-- [downgrade]
$x$;
/* /*
-- [downgrade]
*/ */
SELECT "
-- [downgrade]
";
COPY (SELECT 1; ) TO stdout;
\restrict key
copy users FROM stdin;
-- [downgrade]
it's
\.
SELECT copy
FROM stdin;
COPY :"table" (:columns) FROM stdin;
-- [downgrade]
\.
-- [downgrade]
DROP TABLE x;
)");
    CHECK(script.downgrade->text == "DROP TABLE x;\n");
    CHECK(script.downgrade->line == 27);
}

TEST_CASE("marks may be indented and hold blanks, and end an open statement") {
    const RevisionScript script =
        parsed("-- revision = \"a1\"\n  --[ upgrade ]  \nSELECT (1\n\t-- [downgrade]\nSELECT 2");
    CHECK(script.upgrade->text == "SELECT (1\n");
    CHECK(script.downgrade->text == "SELECT 2");
}

TEST_CASE("created is read in all its forms") {
    const auto created = [](const std::string& value) {
        return parsed("-- revision = \"a1\"\n-- created = " + value + "\n").revision.created;
    };
    constexpr std::int64_t second = 1'000'000;
    CHECK(created("1970-01-02") == 86400 * second);
    CHECK(created("1970-01-01T00:00:01") == second);
    CHECK(created("1970-01-01 00:00:01.25") == second + 250000);
    CHECK(created("1970-01-01T01:00:00+01:00") == 0);
    CHECK(created("1969-12-31T23:30:00-00:30") == 0);
    CHECK(created("\"1970-01-01 00:01\"") == 60 * second);
    CHECK(parsed("-- revision = \"a\"\n-- created = 1970-01-01 00:00:01 # remark\n").created ==
          std::string("1970-01-01 00:00:01"));
}
