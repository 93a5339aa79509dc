// What a statement is called.
#pragma once

#include <string>

#include "sql/cursor.hpp"

namespace revisiond::sql {

// The command's name as PostgreSQL's command tags have it ("CREATE MATERIALIZED VIEW"), and the
// cursor behind the words that make it. A word that is no known command is its own tag; what begins
// with no word has none.
std::string take_command_tag(Cursor& cursor);

}  // namespace revisiond::sql
