// Laws of lexer and splitter on random sequences of tokens.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <random>

#include "sql/redact.hpp"
#include "sql/splitter.hpp"
#include "sql/token.hpp"

using namespace revisiond::sql;

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* value = std::getenv(name);
    return value != nullptr ? std::strtoull(value, nullptr, 10) : otherwise;
}

// Random SQL out of pieces that lexers stumble over.
class Soup {
  public:
    explicit Soup(std::uint64_t seed) : random_(seed) {}

    std::string next() {
        static const std::vector<std::string> pieces = {
            ";",       ";",       ";",        " ",         "\n",         "\r\n",
            "\t",      "(",       ")",        "[",         "]",          ",",
            ".",       "..",      "'",        "\"",        "'a''b'",     "E'\\''",
            "e'",      "B'1'",    "U&'x'",    "U&\"y\"",   "u&",         "\"a;b\"",
            "$$",      "$a$",     "$a",       "$",         "$1",         "--",
            "-- c\n",  "/*",      "*/",       "/* c */",   "/",          "*",
            "+",       "-",       "@",        "::",        ":=",         ":",
            ":a",      ":'a'",    "::a",      "1",         "1.5",        "1e",
            "0x1",     "a",       "é",        "_b$",       "\\",         "\\restrict x\n",
            "CREATE ", "OR ",     "REPLACE ", "FUNCTION ", "PROCEDURE ", "BEGIN ",
            "ATOMIC ", "END",     "CASE ",    "COPY ",     "t ",         "FROM ",
            "stdin",   "\n\\.\n", "SELECT ",  "COMMIT",    "{",          "}",
            "?"};
        std::string text;
        for (std::size_t left = 1 + random_() % 24; left > 0; --left)
            text += pieces[random_() % pieces.size()];
        return text;
    }

  private:
    std::mt19937_64 random_;
};

template <class Check>
void for_each_soup(Check check) {
    const std::uint64_t seed = from_environment("REVISIOND_SEED", std::random_device{}());
    const std::uint64_t cases = from_environment("REVISIOND_CASES", 20000);
    std::cout << "seed " << seed << ", " << cases << " cases\n";
    Soup soup(seed);
    for (std::uint64_t i = 0; i < cases; ++i) {
        const std::string text = soup.next();
        INFO("seed " << seed << ": " << text);
        check(text);
    }
}

}  // namespace

TEST_CASE("tokens put together are the text") {
    for_each_soup([](const std::string& text) {
        for (const bool variables : {false, true}) {
            std::string together;
            for (Lexer lexer(text, variables); !lexer.at_end();) {
                const Token token = lexer.next();
                REQUIRE(token.offset == together.size());
                REQUIRE_FALSE(token.text.empty());
                together += token.text;
            }
            REQUIRE(together == text);
        }
    });
}

TEST_CASE("a token read alone is the same token") {
    for_each_soup([](const std::string& text) {
        for (Lexer lexer(text); !lexer.at_end();) {
            const Token token = lexer.next();
            Lexer alone(token.text);
            const Token again = alone.next();
            REQUIRE(again.text == token.text);
            REQUIRE(again.kind == token.kind);
        }
    });
}

TEST_CASE("splitting what was split gives the same") {
    for_each_soup([](const std::string& text) {
        const SplitScript first = split(text, {});
        if (!first.diagnostics.empty()) return;
        std::string joined;
        for (const Statement& s : first.statements) {
            REQUIRE(text.substr(s.offset, s.text.size()) == s.text);
            joined += s.text + "\n;\n";
            if (s.copy) joined += s.copy->text + "\\.\n";
        }
        const SplitScript second = split(joined, {});
        REQUIRE(second.statements.size() == first.statements.size());
        for (std::size_t i = 0; i < first.statements.size(); ++i) {
            REQUIRE(second.statements[i].text == first.statements[i].text);
            REQUIRE(second.statements[i].copy.has_value() == first.statements[i].copy.has_value());
            if (second.statements[i].copy)
                REQUIRE(second.statements[i].copy->text == first.statements[i].copy->text);
        }
    });
}

TEST_CASE("redacting twice is redacting once, and no literal behind PASSWORD survives") {
    for_each_soup([](const std::string& text) {
        const std::string once = redact_sql(text);
        REQUIRE(redact_sql(once) == once);
        const std::string secret = redact_sql(";/**/;ALTER ROLE a PASSWORD 'hush';" + text);
        REQUIRE(secret.find("hush") == std::string::npos);
    });
}
