// drift: has the database been changed by anything but its revisions?
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "apply/apply.hpp"
#include "diff/differences.hpp"
#include "service/database_view.hpp"
#include "service/problem.hpp"
#include "service/project.hpp"

namespace revisiond::service {

// How a database differs from what it should be.
struct Drift {
    std::vector<std::string> rows;  // of the version table: what was replayed
    diff::MigrationScript script;
    std::vector<diff::Difference> differences;  // object by object

    bool found() const { return !script.empty(); }
};

// The live database against a replay of the revisions that it says are applied: a change says what
// was done to the database. Reads it and changes nothing. A row that no file knows is a problem: it
// cannot be replayed. The listener is told what is being done.
Expected<Drift, Problem> drift(const Project& project, const std::stop_token& stop,
                               apply::Listener& listener);

// The rows of the database's version table, where drift() would not refuse.
Expected<std::vector<std::string>, Problem> rows_to_replay(const Project& project);

// What to upgrade an empty database to, which is at no revision: the same, but for "current" alone,
// the rows that the database has, and for "base", nothing.
Expected<std::vector<std::string>, Problem> replay_targets(const Project& project,
                                                           const std::vector<std::string>& wanted);

// What went wrong in a replay: what a run says of the database is not true of the real one.
Problem problem_of_replay(Problem problem);

// Why drift() would refuse: a row that no file knows, a version table in another schema.
std::optional<Diagnostic> no_drift_of(const DatabaseView& view);

}  // namespace revisiond::service
