// Statements of a comparison as the text of a revision. Internal to the room.
#pragma once

#include <string>
#include <vector>

#include "diff/compare.hpp"
#include "service/new_revision.hpp"

namespace revisiond::service {

// Each statement with its semicolon, below a comment that says what it costs: lost data, a
// rewritten table, blocked writers, rows that may not fit.
std::string section_text(const std::vector<diff::Statement>& statements);

// What the downgrade cannot bring back, as comments; empty when that is nothing.
std::string losses_text(const std::vector<diff::Statement>& upgrade);

// Both readings of what may be a rename, as comments; empty when there are none.
std::string candidates_text(const std::vector<diff::RenameCandidate>& candidates);

// "add table app.users": one line for people.
std::string describe(const diff::Change& change);

}  // namespace revisiond::service
