// status: where a database stands, all of it at once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/database_state.hpp"
#include "service/database_view.hpp"
#include "service/problem.hpp"
#include "service/project.hpp"

namespace revisiond::service {

// How rows and files stand to each other; the first that applies, in this order.
enum class StateKind {
    foreign,    // the version table stands in another schema; nothing is written until told which
    running,    // a non-transactional revision is half way, and the lock's holder is at it
    in_doubt,   // a CALL or DO was interrupted: repair --done or --retry
    half_done,  // a non-transactional revision stopped on its way up or down
    diverged,   // rows that no file knows, and files that are not applied; or rows without a record
    modified,   // an applied file has changed, and the configuration refuses that
    ahead,      // rows that no file knows, and all files are applied below them
    empty,      // nothing is applied
    pending,    // some revisions are not applied
    up_to_date,  // all are
};
const char* to_string(StateKind state);
// What a person should do about it, in a sentence or two; empty: nothing is wrong.
const char* advice(StateKind state);

// A revision that `upgrade heads` would apply.
struct PendingRevision {
    std::string revision;
    std::string message;
};

// A revision of which some statements have, or may have, taken effect one way, while its row says
// that it stands the other way.
struct HalfDoneRevision {
    std::string revision;
    std::string direction;  // upgrade, downgrade

    bool operator==(const HalfDoneRevision&) const = default;
};

struct Status {
    std::string database;    // its name in the configuration
    std::string connection;  // for people, without secrets
    database::ServerIdentity server;
    std::string version_table;
    StateKind state = StateKind::empty;
    std::vector<std::string> current;  // rows, sorted
    std::vector<std::string> heads;    // that upgrade heads leads to
    std::vector<PendingRevision> pending;
    std::size_t applied = 0;  // of the files' revisions
    std::size_t revisions = 0;
    std::vector<ModifiedRevision> modified;
    std::vector<std::string> unknown_rows;
    std::vector<std::string> below_unknown;  // what the database's record puts at or below them
    std::vector<database::JournalEntry> journal;  // of unfinished non-transactional revisions
    std::vector<database::JournalEntry> in_doubt;
    std::vector<HalfDoneRevision> half_done;
    std::vector<HalfDoneRevision> being_run;  // half way too, but the lock's holder is at them
    std::optional<database::RunningOperation> running;
    std::vector<database::RunningOperation> interrupted;
    std::optional<database::LockHolder> holder;
    Diagnostics warnings;
};

Expected<Status, Problem> status(const Project& project);
Expected<Status, Problem> status(const Project& project, const database::Query& query);
// Of a state that was read, and who was seen to hold the lock then.
Status status_of(const Project& project, database::DatabaseState state,
                 std::optional<database::LockHolder> holder);

}  // namespace revisiond::service
