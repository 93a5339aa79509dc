// Files that are not sound: each mistake has its message, its line and its caret.
#include <catch2/catch.hpp>

#include "script/revision_script.hpp"

using namespace revisiond;
using script::parse_script;

namespace {

// All findings of a file, as a person sees them.
std::string findings(std::string_view text) {
    const script::ParsedScript result = parse_script("m/a.sql", text);
    CHECK(result.script.has_value() == result.diagnostics.empty());
    std::string all;
    for (const Diagnostic& diagnostic : result.diagnostics) all += to_text(diagnostic) + "\n";
    return all;
}

std::vector<std::string> codes(std::string_view text) {
    std::vector<std::string> result;
    for (const Diagnostic& diagnostic : parse_script("m/a.sql", text).diagnostics)
        result.push_back(diagnostic.code);
    return result;
}

using Codes = std::vector<std::string>;

const std::string header = "-- revision = \"a1\"\n";

}  // namespace

TEST_CASE("not UTF-8: the first bad byte is shown") {
    CHECK(findings("-- revision = \"a1\"\n-- message = \"caf\xe9\"\n") ==
          "error: m/a.sql:2:18: the file is not UTF-8: byte 0xe9 at offset 36\n"
          "    -- message = \"caf\xEF\xBF\xBD\"\n"
          "                     ^\n"
          "  hint: save the file as UTF-8\n");
    CHECK(codes("\xff\xfe-\0-\0") == Codes{"script.not-utf8"});
}

TEST_CASE("a NUL byte is shown") {
    const std::string text = header + std::string("-- [upgrade]\nSELECT 'a\0b';\n", 28);
    CHECK(findings(text) ==
          "error: m/a.sql:3:10: the file holds a NUL byte at offset 41\n"
          "    SELECT 'a b';\n"
          "             ^\n"
          "  hint: PostgreSQL takes no NUL in SQL; save the file as UTF-8 text\n");
}

TEST_CASE("no header: the remedy shows one") {
    CHECK(findings("\nCREATE TABLE a();\n") ==
          "error: m/a.sql:2:1: no header: no comment line above this one sets \"revision\"\n"
          "    CREATE TABLE a();\n"
          "    ^~~~~~~~~~~~~~~~~\n"
          "  hint: a header reads: -- revision = \"9f2c41d07a3e\", then on lines of their own -- "
          "down_revision = \"23e153465abc\" and -- message = \"what it does\"\n");
    CHECK(findings("").starts_with("error: m/a.sql: the file is empty\n  hint: a header reads"));
    CHECK(findings("\xEF\xBB\xBF \r\n").starts_with("error: m/a.sql: the file is empty\n"));
    CHECK(codes("-- [upgrade]\nSELECT 1;\n-- revision = \"a\"\n") == Codes{"script.no-header"});
    CHECK(codes("-- only prose") == Codes{"script.no-header"});
}

TEST_CASE("no header: a slip in its first key is named") {
    CHECK(findings("-- prose\n-- revison = \"a1\"\n") ==
          "error: m/a.sql:2:4: no header: no comment line sets \"revision\", but this one sets "
          "\"revison\"\n"
          "    -- revison = \"a1\"\n"
          "       ^~~~~~~\n"
          "  hint: did you mean \"revision\"?\n");
}

TEST_CASE("an unknown key") {
    CHECK(findings(header + "-- mesage = \"x\"\n") ==
          "error: m/a.sql:2:4: unknown key \"mesage\" in the header\n"
          "    -- mesage = \"x\"\n"
          "       ^~~~~~\n"
          "  hint: did you mean \"message\"?\n");
    CHECK(findings(header + "-- owner = \"x\"\n").find("hint: the header knows revision, ") !=
          std::string::npos);
    CHECK(codes(header + "-- a.b = 1\n-- [[x]]\n") ==
          Codes{"script.unknown-key", "script.unknown-key"});
}

TEST_CASE("a wrong type: each key says what it wants") {
    CHECK(findings(header + "-- transaction = \"false\"  # no\n") ==
          "error: m/a.sql:2:18: \"transaction\" must be true or false, not a string\n"
          "    -- transaction = \"false\"  # no\n"
          "                     ^~~~~~~\n"
          "  hint: write it as transaction = false\n");
    CHECK(findings("-- revision = 12\n") ==
          "error: m/a.sql:1:15: \"revision\" must be a string, not an integer\n"
          "    -- revision = 12\n"
          "                  ^~\n"
          "  hint: write it as \"9f2c41d07a3e\"\n");
    CHECK(findings(header + "-- depends_on = [\"b1\",\n--   true]\n") ==
          "error: m/a.sql:3:6: \"depends_on\" must be a string or an array of strings, not a "
          "boolean\n"
          "    --   true]\n"
          "         ^~~~\n"
          "  hint: write it as [\"4be1c0ffee12\"]\n");
    CHECK(codes(header + "-- down_revision = 1.5\n-- message = []\n-- created = 10:15:00\n"
                         "-- branch_labels = {}\n-- variables = 1\n-- transaction = 0\n") ==
          Codes(6, "script.wrong-type"));
}

TEST_CASE("a date that is none") {
    CHECK(findings(header + "-- created = \"yesterday\"\n") ==
          "error: m/a.sql:2:14: \"created\" is not a date with time: \"yesterday\"\n"
          "    -- created = \"yesterday\"\n"
          "                 ^~~~~~~~~~~\n"
          "  hint: write it as 2026-11-22T10:15:00Z\n");
    CHECK(codes(header + "-- created = \"2026-02-30\"\n") == Codes{"script.bad-date"});
    CHECK(codes(header + "-- created = \"2026-02-03T10:00:00 \"\n") == Codes{"script.bad-date"});
    CHECK(codes(header + "-- created = 2026-02-30\n") == Codes{"script.header-syntax"});
}

TEST_CASE("a duplicate key: both lines are named") {
    CHECK(findings(header + "-- message = \"x\"\n-- transaction = true\n-- message = 3\n") ==
          "error: m/a.sql:4:4: \"message\" is set twice in the header; first on line 2\n"
          "    -- message = 3\n"
          "       ^~~~~~~\n"
          "  hint: keep one of the two lines\n");
}

TEST_CASE("TOML's own errors keep their place, and do not hide what follows") {
    CHECK(findings(header + "-- message = create users\n-- mesage = 1\n-- transaction = 7\n") ==
          "error: m/a.sql:2:14: the header is not TOML here: could not determine value type\n"
          "    -- message = create users\n"
          "                 ^\n"
          "  hint: a header line reads key = value with text in double quotes; prose stands above "
          "the header, remarks behind #\n"
          "error: m/a.sql:3:4: unknown key \"mesage\" in the header\n"
          "    -- mesage = 1\n"
          "       ^~~~~~\n"
          "  hint: did you mean \"message\"?\n"
          "error: m/a.sql:4:18: \"transaction\" must be true or false, not an integer\n"
          "    -- transaction = 7\n"
          "                     ^\n"
          "  hint: write it as transaction = false\n");
    CHECK(findings(header + "-- depends_on = [\"b1\",\n-- message = \"x\"\n") ==
          "error: m/a.sql:2:4: the value of \"depends_on\" has no end\n"
          "    -- depends_on = [\"b1\",\n"
          "       ^~~~~~~~~~\n"
          "  hint: close its quote or bracket; each further line stands behind \"-- \"\n");
    CHECK(codes(header + "-- this is prose\n") == Codes{"script.header-syntax"});
}

TEST_CASE("a text in the header without its closing quote") {
    for (const char* open : {"\"add phone", "'add phone", "\"b1\", \"c"}) {
        const std::string line = "-- depends_on = [" + std::string(open);
        for (const char* end : {"\n", "\r\n", "]\n\n-- [upgrade]\n"}) {
            const std::string text = findings(header + line + end);
            INFO(text);
            CHECK(text.find(": the text has no closing quote\n    " + line) != std::string::npos);
            CHECK(text.find("hint: close it on this line") != std::string::npos);
        }
    }
    CHECK(findings(header + "-- message = \"a\x01z\"\n").find("no closing quote") ==
          std::string::npos);
}

TEST_CASE("forbidden characters in ids and labels") {
    const std::string text =
        findings("-- revision = \"a@1\"\n-- branch_labels = [\"ok\", \"b c\"]\n");
    CHECK(
        text.starts_with("error: m/a.sql:1:15: Character(s) '@' not allowed in revision "
                         "identifier 'a@1'\n"
                         "    -- revision = \"a@1\"\n"
                         "                  ^~~~~\n"
                         "  hint: an id or label holds no '@', '-', '+', ':' and no white "
                         "space\n"));
    CHECK(text.find("error: m/a.sql:2:27: ") != std::string::npos);
    CHECK(text.find("    -- branch_labels = [\"ok\", \"b c\"]\n"
                    "                              ^~~~~\n") != std::string::npos);
    CHECK(codes("-- revision = \"\"\n-- down_revision = [\"a-1\", \"\"]\n") ==
          Codes{"script.empty-name", "script.forbidden-character", "script.empty-name"});
}

TEST_CASE("a name twice, a variable that cannot be one") {
    CHECK(codes(header + "-- down_revision = [\"b\", \"b\"]\n") == Codes{"script.named-twice"});
    CHECK(findings(header + "-- variables = [\"a b\"]\n") ==
          "error: m/a.sql:2:17: \"a b\" cannot name a variable\n"
          "    -- variables = [\"a b\"]\n"
          "                    ^~~~~\n"
          "  hint: a variable's name is made of letters, digits and _\n");
}

TEST_CASE("a key outside the header would be lost") {
    CHECK(findings("-- down_revision = \"b1\"\n-- revision = \"a1\"\n\n-- transaction = false\n") ==
          "error: m/a.sql:1:4: \"down_revision\" is set above the header and would be lost\n"
          "    -- down_revision = \"b1\"\n"
          "       ^~~~~~~~~~~~~\n"
          "  hint: the header is one run of comment lines that begins with the line that sets "
          "\"revision\"; move the line into it\n"
          "error: m/a.sql:4:4: \"transaction\" is set below the header and would be lost\n"
          "    -- transaction = false\n"
          "       ^~~~~~~~~~~\n"
          "  hint: the header is one run of comment lines that begins with the line that sets "
          "\"revision\"; move the line into it\n");
}

TEST_CASE("two sections of one name") {
    CHECK(findings(header + "-- [upgrade]\nSELECT 1;\n-- [upgrade]\nSELECT 2;\n") ==
          "error: m/a.sql:4:5: a second section [upgrade]; the first begins on line 2\n"
          "    -- [upgrade]\n"
          "        ^~~~~~~\n"
          "  hint: join the two sections\n");
}

TEST_CASE("an unknown section") {
    CHECK(findings(header + "-- [upgrade]\n-- [Downgrad]\n") ==
          "error: m/a.sql:3:5: unknown section [Downgrad]\n"
          "    -- [Downgrad]\n"
          "        ^~~~~~~~\n"
          "  hint: did you mean -- [downgrade]?\n");
    CHECK(findings(header + "-- [seed]\n").find("the sections are [upgrade]") != std::string::npos);
}

TEST_CASE("a comment that is nearly a mark would run the downgrade with the upgrade") {
    CHECK(findings(header + "-- [upgrade]\nSELECT 1; -- [downgrade]\nDROP TABLE a;\n") ==
          "error: m/a.sql:3:11: this comment is no section mark, though it names [downgrade]\n"
          "    SELECT 1; -- [downgrade]\n"
          "              ^~~~~~~~~~~~~~\n"
          "  hint: a mark is a line of its own that reads -- [downgrade]\n");
    CHECK(codes(header + "-- [upgrade]\n--- [Downgrade]\n") == Codes{"script.section-mark"});
    CHECK(codes(header + "-- [upgrade]\n-- [downgrade]: undo\n") == Codes{"script.section-mark"});
}

TEST_CASE("text between the header and the first section") {
    CHECK(findings(header + "\nSELECT 1; -- x\n-- [upgrade]\n") ==
          "error: m/a.sql:3:1: SQL above the first section\n"
          "    SELECT 1; -- x\n"
          "    ^~~~~~~~~~~~~~\n"
          "  hint: put it below a line that reads -- [upgrade]\n");
    CHECK(codes("\\restrict x\n" + header) == Codes{"script.stray-text"});
    CHECK(codes(header + "/* a comment */\n") == Codes{});
}

TEST_CASE("what has no end is shown where it begins") {
    const auto message = [](const std::string& sql) {
        return findings(header + "-- [upgrade]\nSELECT 1;\nSELECT " + sql + "\n-- [downgrade]\n");
    };
    CHECK(message("'it") ==
          "error: m/a.sql:4:8: the quote that begins here has no end\n"
          "    SELECT 'it\n"
          "           ^~\n"
          "  hint: close it with '; a quote inside a string is written twice\n");
    CHECK(message("$tag$ x $TAG$") ==
          "error: m/a.sql:4:8: the dollar quote that begins here has no end\n"
          "    SELECT $tag$ x $TAG$\n"
          "           ^~~~~\n"
          "  hint: close it with the same $tag$, in the same case\n");
    CHECK(message("/* a /* b */")
              .starts_with("error: m/a.sql:4:8: the comment that begins here has no end\n"
                           "    SELECT /* a /* b */\n"
                           "           ^~\n"));
    CHECK(message("\"name").starts_with(
        "error: m/a.sql:4:8: the quoted name that begins here has no end\n"));
}

TEST_CASE("COPY data without an end") {
    CHECK(findings(header + "-- [upgrade]\nCOPY a FROM stdin;\n1\n\\. \n-- [downgrade]\n") ==
          "error: m/a.sql:3:1: the data of this COPY … FROM stdin has no end\n"
          "    COPY a FROM stdin;\n"
          "    ^~~~~~~~~~~~~~~~~~\n"
          "  hint: end it with a line that reads \\.\n");
}

TEST_CASE("everything wrong with a file is said at once") {
    CHECK(codes("-- message = \"x\"\n-- revision = 1\n-- mesage = 2\nSELECT 1;\n-- [upgrade]\n"
                "-- [upgrade]\n-- [verfy]\nSELECT 'x\n")
              .size() == 7);
}

TEST_CASE("a file of nothing but mistakes is cut, not drowned in") {
    std::string text = header;
    for (int i = 0; i < 100000; ++i) text += "-- [x]\n";
    const Codes found = codes(text);
    CHECK(found.size() == 101);
    CHECK(found.back() == "script.too-many-errors");
    std::string keys = header;
    for (int i = 0; i < 10000; ++i) keys += "-- a" + std::to_string(i) + " = 1\n";
    CHECK(codes(keys) == Codes{"script.header-too-long"});
}
