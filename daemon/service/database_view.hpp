// A database seen against a project's files.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "database/connection.hpp"
#include "database/database_state.hpp"
#include "graph/heads.hpp"
#include "service/problem.hpp"
#include "service/project.hpp"

namespace revisiond::service {

// An applied revision whose file is not what was applied.
struct ModifiedRevision {
    std::string revision;
    std::string file;
    bool upgrade = false;    // refuses apply, unless the configuration says warn
    bool downgrade = false;  // a warning
};

// What one reading of the database gave, and what follows from it.
struct DatabaseView {
    database::DatabaseState state;
    graph::AppliedRows rows;
    std::vector<bool> applied;               // by RevisionIndex
    std::vector<ModifiedRevision> modified;  // in rank order
    // Applied revisions with a file that the database has no record of: recorded at the next write.
    std::vector<database::RecordedRevision> adopt;
    // The run that the lock's holder is at, and those whose process died: the next run that writes
    // settles them.
    std::optional<database::RunningOperation> running;
    std::vector<database::RunningOperation> interrupted;
    // CALL and DO of non-transactional revisions that are not being run, and of which nobody knows
    // whether they took effect.
    std::vector<database::JournalEntry> in_doubt;
};

// A connection and what it read first; further questions may be asked of it.
struct OpenDatabase {
    database::Connection connection;
    DatabaseView view;
};

// A state that was read, against the project's files.
DatabaseView view_of(const Project& project, database::DatabaseState state);

// A reader's connection to the project's database.
Expected<database::Connection, Problem> connect(const Project& project);

// Tells which of the running operations the lock's holder is at and which have died, and takes what
// is being run out of `in_doubt`. A holder without a name may be at any of them. A standby does not
// know who holds the primary's locks: there none has died.
void judge_running(DatabaseView& view, const std::optional<database::LockHolder>& holder);
// Whether the run that is under way is at this statement's revision.
bool is_being_run(const DatabaseView& view, const database::JournalEntry& entry);

// One connection, read only.
Expected<OpenDatabase, Problem> open_database(const Project& project);
// The same when only the view is of use.
Expected<DatabaseView, Problem> read_database(const Project& project);

// The record of a revision as its file is now.
database::RecordedRevision record_of(const Project& project, graph::RevisionIndex index);

// The version table stands in another schema than the one that search_path leads to: no write until
// the configuration says which. Nothing when all is well.
std::optional<Diagnostic> foreign_version_table(const DatabaseView& view);

// What to do with another tool's rows while there are no files.
std::string take_over_hint(const std::vector<std::string>& rows);

// Everything worth a person's look: the project's warnings, modified files, foreign writers, rows
// that no file knows.
Diagnostics warnings_of(const Project& project, const DatabaseView& view);

}  // namespace revisiond::service
