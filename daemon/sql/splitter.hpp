// One script into the statements that psql would send.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.hpp"
#include "sql/classify.hpp"

namespace revisiond::sql {

// The data lines of COPY … FROM stdin: the bytes to send, each line ended with \n, without the \.
// line.
struct CopyData {
    std::string text;
    std::uint32_t line = 0;  // of the first data line
};

// One statement, ready to be sent alone.
struct Statement {
    std::string text;  // without the semicolon, without leading and trailing white space and
                       // comments; variables expanded
    std::size_t offset =
        0;  // of text in the script, in bytes; positions from the server count from here
    std::uint32_t line = 0;  // of its first token, from 1, in the file
    StatementTraits traits;
    std::optional<CopyData> copy;
    // Where variables were expanded, as {offset in text, offset in script}: two a variable, where
    // its value begins and where the script's own text goes on. Empty without variables.
    std::vector<std::pair<std::size_t, std::size_t>> expansions;
};

struct SplitOptions {
    std::string file;              // for diagnostics
    std::uint32_t first_line = 1;  // the line of the file that the script begins on
    // psql's :name, :'name', :"name" and :{?name}; absent means they are not looked for (a colon is
    // a colon).
    std::optional<std::map<std::string, std::string>> variables;
};

struct SplitScript {
    std::vector<Statement> statements;
    Diagnostics diagnostics;  // unterminated tokens, backslash commands, transaction control,
                              // unknown variables, COPY data without an end
};

// Splits as psql does: a semicolon ends a statement outside quotes, comments, parentheses and BEGIN
// ATOMIC … END; the rest after the last semicolon is a statement too. `\restrict` and `\unrestrict`
// lines are skipped; every other backslash command and all transaction control (DESIGN 3) is an
// error that names file, line and caret.
SplitScript split(std::string_view script, const SplitOptions& options);

// The place in the file of the code point number `position` (from 1, as PostgreSQL counts) of the
// statement's text.
SourceLocation locate_position(std::string_view script, const SplitOptions& options,
                               const Statement& statement, std::size_t position);

}  // namespace revisiond::sql
