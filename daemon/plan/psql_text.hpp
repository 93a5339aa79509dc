// Pieces of a script for psql, each safe whatever the text in it holds. Internal to the room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plan/migration_plan.hpp"
#include "sql/identifier.hpp"
#include "sql/splitter.hpp"

namespace revisiond::plan {

// $revisiond$ and a line end around `body`; another tag when the body holds this one.
std::string dollar_quoted(std::string_view body);

// One comment line; line ends and other control characters in `text` become blanks, so that nothing
// can leave the comment.
std::string comment_line(std::string_view text);

// The statement as psql sends it unchanged: with its semicolon, its COPY data, and a blank behind
// each colon that psql would take for one of its variables (:USER, or what a psqlrc sets).
std::string psql_statement(const sql::Statement& statement);

// A [verify] statement. A query becomes a DO that raises when it gives one row of one boolean that
// is not true; psql alone would go on. Everything else stands as it is: only its error counts.
std::string verify_statement(const sql::Statement& statement);

// What statements leave behind in the session, as far as the text tells.
struct SessionTraces {
    bool settings = false;   // SET, SET ROLE, set_config(), and DO and CALL, which may do anything
    bool temporary = false;  // temporary tables
};
SessionTraces traces_of(const std::vector<sql::Statement>& statements);

}  // namespace revisiond::plan
