// heads, history, branches, show and current: revisions as they are listed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "graph/revision_map.hpp"
#include "graph/target.hpp"
#include "service/problem.hpp"
#include "service/project.hpp"

namespace revisiond::service {

// One revision with everything that Alembic's line and verbose block say of it.
struct RevisionView {
    std::string id;
    std::vector<std::string> parents;       // down_revision
    std::vector<std::string> depends_on;    // as written
    std::vector<std::string> dependencies;  // depends_on, resolved to ids
    std::vector<std::string> children;      // along down_revision
    std::vector<std::string> own_labels;    // of its file
    std::vector<std::string> labels;        // with those of its branch
    std::string message;
    std::string long_message;
    std::optional<std::string> created;  // as written
    std::string file;
    bool transaction = true;
    bool reversible = true;  // it can be undone
    bool head = false;
    bool effective_head = false;  // a head that others depend on
    bool base = false;
    bool branch_point = false;
    bool merge_point = false;
    bool current = false;  // a row of the version table; only where the database was asked
};

RevisionView view_of(const Project& project, graph::RevisionIndex index);

// `heads`: Alembic's; `resolve_dependencies`: those that no other depends on.
std::vector<RevisionView> heads(const Project& project, bool resolve_dependencies);

// A branch point and where it leads.
struct Branch {
    RevisionView revision;
    std::vector<RevisionView> children;
};
std::vector<Branch> branches(const Project& project);

// `history`: newest first. `range` empty: all. The database is asked only when `indicate_current`
// or the range needs its rows.
Expected<std::vector<RevisionView>, Problem> history(const Project& project,
                                                     const std::string& range,
                                                     bool indicate_current);

// Whether resolving the target asks for rows of the version table: `current`, and `-1` without an
// anchor.
bool needs_rows(const graph::Target& target);

// `show` and `edit`: what a target names; the database is asked for `current` and for relative
// targets without an anchor only.
Expected<std::vector<RevisionView>, Problem> show(const Project& project,
                                                  const std::string& target);

// `current`: the rows, and what is implied by depends_on, as Alembic prints it.
struct Current {
    std::vector<RevisionView> revisions;    // `current` says whether it is a row itself
    std::vector<std::string> unknown_rows;  // rows without a file
    bool at_heads = false;                  // all heads are applied, and no row is unknown
    Diagnostics warnings;
};
Expected<Current, Problem> current(const Project& project);

}  // namespace revisiond::service
