#include "sql/splitter.hpp"

#include <catch2/catch.hpp>

#include "base/text.hpp"

using namespace revisiond;
using namespace revisiond::sql;

namespace {

using Texts = std::vector<std::string>;

Texts texts(const SplitScript& script) {
    Texts result;
    for (const Statement& statement : script.statements) result.push_back(statement.text);
    return result;
}

SplitScript split_plain(const std::string& script) {
    return split(script, {"f.sql", 1, {}});
}

SplitScript split_with(const std::string& script, std::map<std::string, std::string> variables) {
    return split(script, {"f.sql", 1, std::move(variables)});
}

struct Case {
    std::string script;
    Texts statements;
};

}  // namespace

TEST_CASE("statements end where psql ends them") {
    const std::vector<Case> cases = {
        {"", {}},
        {" ; ;; -- c\n/* d */ ;", {}},
        {"a; b;c", {"a", "b", "c"}},
        {" -- c\n a -- d\n ; /* e */ b /* f */ -- g\n", {"a", "b"}},
        {"a /* ; */ b -- ;\n;", {"a /* ; */ b"}},
        {"select ';', E'\\';', \";\", $$;$$, $a$;$$;$a$;b",
         {"select ';', E'\\';', \";\", $$;$$, $a$;$$;$a$", "b"}},
        {"create rule r as on insert to t do (a; b;); c",
         {"create rule r as on insert to t do (a; b;)", "c"}},
        {"a ) ; b", {"a )", "b"}},
        {"a[1;2]", {"a[1", "2]"}},
        {"a --x;\r+; b", {"a --x;\r+", "b"}},
    };
    for (const Case& c : cases) {
        INFO(c.script);
        const SplitScript script = split_plain(c.script);
        CHECK(texts(script) == c.statements);
        CHECK(script.diagnostics.empty());
    }
}

TEST_CASE("the body of a routine is one statement with it") {
    const std::vector<std::string> routines = {
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
        "create or replace procedure p(a int) language sql begin /* c */ atomic end",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT begin FROM a; END",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end, 2 case; SELECT 3 end; END",
        "CREATE FUNCTION begin() RETURNS int RETURN 1",
        "CREATE FUNCTION f(begin atomic) RETURNS int RETURN 1",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT (CASE WHEN true THEN 1 END); END",
        "CREATE PROCEDURE f() BEGIN ATOMIC INSERT INTO t VALUES (1); DELETE FROM t; END",
    };
    for (const std::string& routine : routines) {
        INFO(routine);
        const SplitScript script = split_plain(routine + "; SELECT 2;");
        CHECK(texts(script) == Texts{routine, "SELECT 2"});
        CHECK(script.diagnostics.empty());
    }
}

TEST_CASE("words of other statements open no body") {
    CHECK(texts(split_plain("CREATE TABLE function (begin atomic); SELECT 1")).size() == 2);
    CHECK(texts(split_plain("DROP FUNCTION f; SELECT begin atomic; SELECT 1")).size() == 3);
}

TEST_CASE("statements know their place") {
    const std::string text = "-- c\n\n  SELECT 1;\r\nSELECT\n 2; SELECT 3";
    const SplitScript script = split(text, {"f.sql", 10, {}});
    REQUIRE(script.statements.size() == 3);
    CHECK(script.statements[0].line == 12);
    CHECK(script.statements[1].line == 13);
    CHECK(script.statements[2].line == 14);
    for (const Statement& s : script.statements)
        CHECK(text.substr(s.offset, s.text.size()) == s.text);
}

TEST_CASE("positions of the server are found in the file") {
    const std::string text = "SELECT 1;\n  SELECT 'ä',\n   boom;";
    const SplitOptions options{"f.sql", 5, {}};
    const SplitScript script = split(text, options);
    const Statement& statement = script.statements.at(1);
    const SourceLocation at = locate_position(
        text, options, statement,
        count_code_points(statement.text.substr(0, statement.text.find("boom"))) + 1);
    CHECK(at.file == "f.sql");
    CHECK(at.line == 7);
    CHECK(at.column == 4);
    CHECK(at.line_text == "   boom;");
    CHECK(locate_position(text, options, statement, 0).line == 6);
}

TEST_CASE("the data of COPY belongs to it") {
    const SplitScript script = split_plain(
        "COPY t (a, b) FROM STDIN WITH (FORMAT csv);  -- load\r\n1;\t'x\r\n-- "
        "[downgrade]\n\\N\\.\n\n\\.\r\nSELECT 1;"
        "copy public.\"stdin\" from stdin;\n\\.\nCOPY t TO stdout; COPY t FROM 'stdin'; copy "
        "(select 1 from "
        "stdin) to stdout; copy binary t from stdin;\nx\n\\.");
    CHECK(script.diagnostics.empty());
    REQUIRE(script.statements.size() == 7);
    REQUIRE(script.statements[0].copy);
    CHECK(script.statements[0].copy->text == "1;\t'x\n-- [downgrade]\n\\N\\.\n\n");
    CHECK(script.statements[0].copy->line == 2);
    CHECK(script.statements[1].text == "SELECT 1");
    CHECK(script.statements[1].line == 7);
    REQUIRE(script.statements[2].copy);
    CHECK(script.statements[2].copy->text.empty());
    for (std::size_t i = 3; i < 6; ++i) CHECK_FALSE(script.statements[i].copy);
    CHECK(script.statements[6].copy->text == "x\n");
}

TEST_CASE("data keeps a lone carriage return") {
    const SplitScript script = split_plain("COPY t FROM stdin;\na\rb\r\r\n\\.\n");
    CHECK(script.statements.at(0).copy->text == "a\rb\r\n");
}

TEST_CASE("what cannot be run is an error at its place") {
    struct Bad {
        std::string script;
        std::string code;
        std::uint32_t line;
        std::uint32_t column;
    };
    const std::vector<Bad> cases = {
        {"a;\n 'b", "sql.unterminated", 2, 2},
        {"a;\n $x$b$X$", "sql.unterminated", 2, 2},
        {"a;\n /* b", "sql.unterminated", 2, 2},
        {"a \"b", "sql.unterminated", 1, 3},
        {"a;\nCOMMIT;", "sql.transaction-control", 2, 1},
        {"a; /* c */ begin", "sql.transaction-control", 1, 12},
        {"SELECT 1;\n\\i x.sql\n", "sql.backslash-command", 2, 1},
        {"SELECT 1 \\gset\n", "sql.backslash-command", 1, 10},
        {"SELECT 1 \\restrict x\n", "sql.backslash-command", 1, 10},
        {"a;\nSELECT f((1);\nb;", "sql.open-parenthesis", 2, 9},
        {"CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;\nSELECT 2 end", "sql.open-body", 1, 1},
        {"a;\nCOPY t FROM stdin;\n1\n", "sql.copy-without-end", 2, 1},
        {"a;\nCOPY t FROM stdin", "sql.copy-without-end", 2, 1},
        {"COPY t FROM stdin; SELECT 1;\n\\.\n", "sql.text-before-copy-data", 1, 20},
        {std::string("a;\nb\0c", 6), "sql.nul-byte", 2, 2},
    };
    for (const Bad& bad : cases) {
        INFO(bad.script);
        const SplitScript script = split_plain(bad.script);
        REQUIRE(script.diagnostics.size() == 1);
        const Diagnostic& diagnostic = script.diagnostics[0];
        CHECK(diagnostic.code == bad.code);
        CHECK(diagnostic.at.file == "f.sql");
        CHECK(diagnostic.at.line == bad.line);
        CHECK(diagnostic.at.column == bad.column);
    }
}

TEST_CASE("every error of a script is reported") {
    const SplitScript script = split_plain("\\set a b\nBEGIN;\nSELECT 1;\n\\echo x\nCOMMIT;\n'");
    CHECK(script.diagnostics.size() == 5);
    CHECK(script.diagnostics[0].hint.find("variables") != std::string::npos);
}

TEST_CASE("the marks of pg_dump are skipped") {
    const SplitScript script = split_plain("\\restrict abc\n\nSELECT 1;\n\\unrestrict abc\n");
    CHECK(script.diagnostics.empty());
    CHECK(texts(script) == Texts{"SELECT 1"});
}

TEST_CASE("a colon is a colon without variables") {
    const SplitScript script = split_plain("SELECT :a, :'b', a[1:b]");
    CHECK(script.diagnostics.empty());
    CHECK(texts(script) == Texts{"SELECT :a, :'b', a[1:b]"});
}

TEST_CASE("variables are expanded as psql does") {
    const std::map<std::string, std::string> values = {{"t", "acme"}, {"s", "it's; \\ --"},
                                                       {"n", "a\"b"}, {"list", "1, (2)"},
                                                       {"empty", ""}, {"kind", "FUNCTION"}};
    const std::vector<Case> cases = {
        {"SELECT :t, x::t, a[1:2];", {"SELECT acme, x::t, a[1:2]"}},
        {"SELECT :'s';b", {"SELECT E'it''s; \\\\ --'", "b"}},
        {"SELECT :\"n\"", {"SELECT \"a\"\"b\""}},
        {"SELECT :{?t}, :{?nope}", {"SELECT TRUE, FALSE"}},
        {"SELECT * FROM tbl_:t WHERE x IN (:list)", {"SELECT * FROM tbl_acme WHERE x IN (1, (2))"}},
        {"SELECT ':t', \":t\", $$:t$$ -- :t\n", {"SELECT ':t', \":t\", $$:t$$"}},
        {":empty; :empty :empty; :t;", {"acme"}},
        {"CREATE :kind f() BEGIN ATOMIC SELECT 1; END; b",
         {"CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; END", "b"}},
    };
    for (const Case& c : cases) {
        INFO(c.script);
        const SplitScript script = split_with(c.script, values);
        CHECK(script.diagnostics.empty());
        CHECK(texts(script) == c.statements);
    }
}

TEST_CASE("values that would change the statement are refused") {
    for (const char* value : {"1; DROP TABLE t", "1 -- c", "1 /* c", "'a", "\"a", "$$a", "\\gexec",
                              "(1", "1)", ")(", "/* c */"}) {
        INFO(value);
        const SplitScript script = split_with("SELECT\n :v;", {{"v", value}});
        REQUIRE(script.diagnostics.size() == 1);
        CHECK(script.diagnostics[0].code == "sql.variable-value");
        CHECK(script.diagnostics[0].at.line == 2);
        CHECK(to_text(script.diagnostics[0]).find(value + std::string("\"")) == std::string::npos);
    }
    for (const char* text : {"SELECT -:v", "SELECT 'a':'v'"}) {
        INFO(text);
        const SplitScript script = split_with(text, {{"v", "-1"}});
        REQUIRE(script.diagnostics.size() == 1);
        CHECK(script.diagnostics[0].code == "sql.variable-value");
    }
    CHECK(split_with("SELECT :v'a\\'", {{"v", "E"}}).diagnostics.size() == 1);
    CHECK(split_with("SELECT :'v'", {{"v", std::string("a\0", 2)}}).diagnostics.size() == 1);
    CHECK(split_with(":v", {{"v", "COMMIT"}}).diagnostics.at(0).code == "sql.transaction-control");
}

TEST_CASE("an unknown variable names its neighbour") {
    const SplitScript script = split_with("SELECT :'tenent'", {{"tenant", "a"}});
    REQUIRE(script.diagnostics.size() == 1);
    CHECK(script.diagnostics[0].code == "sql.unknown-variable");
    CHECK(script.diagnostics[0].message == "unknown variable \"tenent\"");
    CHECK(script.diagnostics[0].hint.find("did you mean \"tenant\"?") == 0);
    CHECK(script.diagnostics[0].at.column == 8);
}

TEST_CASE("positions are found across variables") {
    const std::string text = "SELECT :'a',\n :b, boom, :c boom2";
    const SplitOptions options{
        "f.sql", 1,
        std::map<std::string, std::string>{{"a", "it's long"}, {"b", ""}, {"c", "value"}}};
    const Statement statement = split(text, options).statements.at(0);
    const auto place = [&](const std::string& word) {
        const SourceLocation at =
            locate_position(text, options, statement, statement.text.find(word) + 1);
        return std::pair(at.line, at.column);
    };
    CHECK(place("SELECT") == std::pair(1U, 1U));
    CHECK(place("long") == std::pair(1U, 8U));
    CHECK(place("boom") == std::pair(2U, 6U));
    CHECK(place("lue") == std::pair(2U, 12U));
    CHECK(place("boom2") == std::pair(2U, 15U));
}
