// The room plan: a journey of the graph joined with the SQL of its files, as an immutable value
// with a digest. Decides what would be done; does nothing. Pure.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "graph/planner.hpp"
#include "script/revision_script.hpp"
#include "sql/splitter.hpp"

namespace revisiond::plan {

using Variables = std::map<std::string, std::string>;

using ScriptLookup =
    std::function<std::shared_ptr<const script::RevisionScript>(graph::RevisionIndex)>;

// One revision to be done or undone, with everything the executor needs. Not the file itself: it is
// asked for again where a place in it is to be shown, since a plan may have thousands of steps.
struct PlanStep {
    std::string revision;
    graph::Direction direction = graph::Direction::upgrade;
    std::string message;
    bool transaction = true;
    std::vector<std::string> parents;       // ids of down_revision
    std::vector<std::string> dependencies;  // ids that depends_on resolved to
    std::vector<graph::RowChange> row_changes;
    std::vector<sql::Statement> statements;
    std::vector<sql::Statement> verify;  // upgrades only
    std::string verify_text;             // what `verify` comes from, line ends normalised
    std::string upgrade_checksum;
    std::string downgrade_checksum;
    std::string file;
    std::shared_ptr<const ScriptLookup> scripts;  // absent: the step comes from a daemon's answer
    graph::RevisionIndex index = 0;

    // REQUIRES: `scripts`.
    std::shared_ptr<const script::RevisionScript> script() const { return (*scripts)(index); }
    // The section that `statements` come from.
    script::SectionKind section() const;
};

// The steps from one set of rows to another.
struct MigrationPlan {
    std::string
        digest;  // "v1:" and 64 hex digits, over rows, steps, checksums and expanded variables
    std::vector<std::string> from;  // version-table rows, sorted
    std::vector<std::string> to;
    std::vector<PlanStep> steps;
    std::vector<std::string> notes;  // why there is nothing to do, and the like
    Variables variables;             // what the files' variables were expanded with
};

// Joins steps and files; the plan keeps `script_of`. Errors, all of them at once: SQL that cannot
// be split, statements that cannot run in the file's transaction mode, missing variables, a
// downgrade across a revision without a [downgrade] section.
Expected<MigrationPlan, Diagnostics> make_plan(const graph::RevisionMap& map,
                                               const graph::AppliedRows& rows,
                                               const graph::Journey& journey,
                                               const ScriptLookup& script_of,
                                               const Variables& variables);

// The revisions of the steps, in order.
std::vector<std::string> revisions_of(const MigrationPlan& plan);

// Where the server's position (code points from 1) in a statement of the step is in the file.
SourceLocation locate(const PlanStep& step, script::SectionKind section,
                      const sql::Statement& statement, std::size_t position,
                      const Variables& variables);
// The statement as a whole: its first line.
SourceLocation locate(const PlanStep& step, const sql::Statement& statement);

}  // namespace revisiond::plan
