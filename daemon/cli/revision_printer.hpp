// Revisions in Alembic's words: scripts that read Alembic's output read ours.
#pragma once

#include <string>

#include "cli/style.hpp"
#include "service/listing.hpp"

namespace revisiond::cli {

// What a line shows besides the id; which command shows what is Alembic's choice.
struct LineParts {
    bool labels = false;
    bool message = false;
    bool parents = false;
    bool tree = true;  // (branchpoint), (mergepoint)
};

// "a, b (dep) -> id (label) (head) (current) (branchpoint) (mergepoint), message", without a line
// end.
std::string revision_line(const service::RevisionView& revision, LineParts parts,
                          const Style& style = Style());

// The verbose block, as a command prints it with a line end more:
//   Rev: id (head)
//   Parent: a
//   Path: migrations/id_message.sql
//
//       message
//
//       Revision ID: id
//       Revises: a
//       Create Date: 2026-11-22 10:15:00
std::string revision_block(const service::RevisionView& revision);

// "9f2c, 23e1" or "<base>".
std::string parents_text(const std::vector<std::string>& parents);

// "2026-11-22T10:15:00Z" as Python prints it.
std::string python_date(const std::string& created);

}  // namespace revisiond::cli
