// Marks and --rename into renames.
#pragma once

#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "diff/renames.hpp"
#include "service/problem.hpp"
#include "target/rename_marks.hpp"

namespace revisiond::service {

// The renames that are still to be done. A mark whose new name the database has already, and whose
// old one it has not, has been fulfilled and asks for nothing. Errors: a mark or a --rename that
// matches nothing on either side, or something on both.
Expected<std::vector<diff::Rename>, Problem> pending_renames(
    const catalog::Catalog& from, const catalog::Catalog& to,
    const std::vector<target::RenameMark>& marks, const std::vector<diff::Rename>& requested);

// "users.phone=users.phone_number" each, as --rename takes it.
Expected<std::vector<diff::Rename>, Problem> parse_renames(const std::vector<std::string>& texts);

// The same the other way round, in the order that undoes them.
std::vector<diff::Rename> reversed(const std::vector<diff::Rename>& renames);

// An address without its quotes, as diff::Rename takes it.
std::string unquoted(std::string address);

// What is dropped and added, and may be one object with a new name: each with how to say so.
Diagnostics rename_warnings(const std::vector<diff::RenameCandidate>& candidates);

}  // namespace revisiond::service
