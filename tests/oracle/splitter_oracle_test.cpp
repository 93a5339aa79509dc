// The splitter beside the parser of PostgreSQL 15: whatever the parser accepts must fall into the
// same statements.
//
// We split as psql does, and psql and the parser disagree about these; the splitter takes the
// parser's side where a statement would otherwise be torn apart, so only the last is left out of
// the comparison:
//  - E'a' <line end> '\'' : psql reads line by line and forgets that the second half has escapes
//  too.
//  - Columns called begin, case or end in a BEGIN ATOMIC body: psql counts the words.
//  - The data behind COPY … FROM stdin: the parser knows of none.
// libpg_query alone refuses a comment between the halves of a string, which PostgreSQL 15 itself
// accepts. Numbers with letters behind them and \v as white space are errors to the parser of 15.
#include <pg_query.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>

#include "mutator.hpp"
#include "sql/splitter.hpp"
#include "sql/token.hpp"

using namespace revisiond;
namespace fs = std::filesystem;

namespace {

using Texts = std::vector<std::string>;

// Without white space and comments at both ends.
std::string trimmed(const std::string& text) {
    std::optional<std::size_t> begin;
    std::size_t end = 0;
    for (sql::Lexer lexer(text); !lexer.at_end();) {
        const sql::Token token = lexer.next();
        if (token.kind == sql::TokenKind::white_space || token.kind == sql::TokenKind::comment)
            continue;
        if (!begin) begin = token.offset;
        end = lexer.position();
    }
    return begin ? text.substr(*begin, end - *begin) : std::string();
}

// The statements that the parser sees; nothing when it does not accept the text.
std::optional<Texts> parsed(const std::string& text) {
    const PgQuerySplitResult result = pg_query_split_with_parser(text.c_str());
    std::optional<Texts> statements;
    if (result.error == nullptr) {
        statements.emplace();
        for (int i = 0; i < result.n_stmts; ++i) {
            const auto at = static_cast<std::size_t>(result.stmts[i]->stmt_location);
            const auto length = static_cast<std::size_t>(result.stmts[i]->stmt_len);
            statements->push_back(
                trimmed(text.substr(at, length == 0 ? std::string::npos : length)));
        }
    }
    pg_query_free_split_result(result);
    return statements;
}

// Our own statements; nothing when there is COPY data, which the parser knows nothing about.
std::optional<Texts> ours(const std::string& text) {
    const sql::SplitScript script = sql::split(text, {});
    for (const Diagnostic& diagnostic : script.diagnostics)
        if (diagnostic.code != "sql.transaction-control" &&
            diagnostic.code.find("copy") == std::string::npos)
            return Texts{to_text(diagnostic)};
    Texts statements;
    for (const sql::Statement& statement : script.statements) {
        if (statement.traits.copy_from_stdin) return std::nullopt;
        statements.push_back(statement.text);
    }
    return statements;
}

// True when there was something to compare.
bool compare(const std::string& text) {
    if (text.find('\0') != std::string::npos) return false;
    const auto expected = parsed(text);
    if (!expected) return false;
    const auto actual = ours(text);
    if (!actual) return false;
    CHECK(*actual == *expected);
    return true;
}

std::string read(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

std::vector<fs::path> sql_files(const fs::path& folder) {
    std::vector<fs::path> files;
    if (!fs::exists(folder)) return files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.path().extension() == ".sql") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

// Extension scripts begin with a line for people who run them with psql.
std::string without_psql_lines(const std::string& text) {
    std::istringstream lines(text);
    std::string kept;
    for (std::string line; std::getline(lines, line);)
        kept += line.starts_with("\\") ? "\n" : line + "\n";
    return kept;
}

Texts corpus() {
    Texts statements;
    for (const fs::path& path : sql_files(REVISIOND_SOURCE_DIR "/tests/cases/sql"))
        for (const sql::Statement& statement : sql::split(read(path), {}).statements)
            statements.push_back(statement.text);
    return statements;
}

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* value = std::getenv(name);
    return value != nullptr ? std::strtoull(value, nullptr, 10) : otherwise;
}

}  // namespace

TEST_CASE("our own cases fall into the parser's statements") {
    const auto files = sql_files(REVISIOND_SOURCE_DIR "/tests/cases/sql");
    REQUIRE(files.size() >= 3);
    for (const fs::path& path : files) {
        INFO(path);
        CHECK(compare(read(path)));
    }
}

TEST_CASE("the SQL files that PostgreSQL installs fall into the parser's statements") {
    std::size_t compared = 0;
    for (const fs::path& path : sql_files("/usr/share/postgresql/15")) {
        INFO(path);
        compared += compare(without_psql_lines(read(path))) ? 1 : 0;
    }
    std::cout << compared << " installed files compared\n";
    CHECK(compared >= 20);
}

TEST_CASE("random changes of them do too, where the parser accepts them") {
    const std::uint64_t seed = from_environment("REVISIOND_SEED", std::random_device{}());
    const std::uint64_t cases = from_environment("REVISIOND_CASES", 20000);
    oracle::Mutator mutator(corpus(), seed);
    std::uint64_t compared = 0;
    for (std::uint64_t i = 0; i < cases; ++i) {
        const std::string text = mutator.next();
        INFO("seed " << seed << ", case " << i << ":\n" << text);
        compared += compare(text) ? 1 : 0;
    }
    std::cout << "seed " << seed << ", " << cases << " cases, " << compared << " compared\n";
    CHECK(compared > cases / 10);
}
