// Operations and their events as the state schema keeps them (tables operation and event).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "database/database_state.hpp"

namespace revisiond::database {

// Which rows of the state schema are ours: every query filters by it.
struct StateKey {
    std::string schema;         // quoted
    std::string version_table;  // the qualified, quoted name as a literal

    std::string table(const char* name) const { return schema + "." + name; }
};
StateKey state_key(const TableNames& names, const sql::QualifiedName& version_table);

// One requested piece of work.
struct Operation {
    std::string id;                      // uuid
    std::int64_t number = 0;             // the queue's order
    std::string kind;                    // upgrade, downgrade, stamp, repair, drift, ensure_version
    std::string target;                  // as the person wrote it
    std::string origin;                  // command, request, auto
    std::vector<std::string> targets;    // what it resolved to when it was accepted
    std::vector<std::string> arguments;  // of stamp and repair, as the command line has them
    bool dry_run = false;
    std::string state;  // queued, running, succeeded, nothing_to_do, failed, refused, cancelled,
                        // interrupted, waiting_for_person
    std::vector<std::string> revisions;  // in order, as planned
    // Written and compared in SQL; never read back.
    std::vector<std::string> checksums;  // of the sections of `revisions`, beside them
    std::vector<std::string> needs;      // what an instance must have to run it; table instance
    std::vector<std::string> applied;    // those that took effect, in order
    std::string digest;                  // of the plan
    bool plan_checked = false;           // nothing runs under another digest
    std::vector<std::string> acknowledge;
    std::string system_identifier;   // that must answer; empty: any
    std::uint64_t database_oid = 0;  // 0: any
    std::string payload_hash;
    std::string created_at, started_at, finished_at;  // RFC 3339, UTC; empty: not yet
    std::string actor, address, host;
    std::int64_t term = 0;  // 0: none
    int attempts = 0;
    bool cancel_requested = false;
    std::string cancelled_by;
    std::string error;    // in words
    std::string problem;  // the same as JSON; empty: none
    std::string result;   // JSON; empty: none

    bool finished() const { return state != "queued" && state != "running"; }
};

// Something that happened to an operation.
struct Event {
    std::int64_t id = 0;  // over all operations of the database, in the order of commits
    std::string operation;
    int number = 0;  // within the operation, from 1
    std::string at;  // RFC 3339, UTC
    std::string type;
    std::string data;  // a JSON object
};

// Newest first, below number `before` (0: from the newest), at most `limit`.
Expected<std::vector<Operation>, SqlError> read_operations(const Query& query, const StateKey& key,
                                                           std::size_t limit,
                                                           std::int64_t before = 0);
Expected<std::optional<Operation>, SqlError> read_operation(const Query& query, const StateKey& key,
                                                            const std::string& id);
// The newest comparison that has succeeded, with all that it found: the other functions leave the
// differences out of its result, which may be long.
struct LastDrift {
    Operation operation;
    std::int64_t age_seconds = 0;  // since it finished, by the server's clock
};
struct DriftState {
    std::optional<LastDrift> last;
    std::optional<Operation> under_way;  // a comparison that waits or runs
};
Expected<DriftState, SqlError> read_drift(const Query& query, const StateKey& key);
// An operation as it was once read; `version` is another text after each change of it.
struct VersionedOperation {
    std::shared_ptr<const Operation> operation;  // null: none
    std::string version;
};
// What the queue is doing.
struct QueueState {
    VersionedOperation running;
    VersionedOperation last;  // to finish; a drift changes nothing and does not count
    // The newest upgrade that has failed, unless a stamp or repair has succeeded since: then a
    // person has looked. Dry runs do not count.
    VersionedOperation failed;
    std::size_t queued = 0;
};
// Reads of the operations only what is not in `known`, the answer before: an operation of thousands
// of revisions is long.
Expected<QueueState, SqlError> read_queue(const Query& query, const StateKey& key,
                                          const QueueState& known);
// By the client's own key.
Expected<std::optional<Operation>, SqlError> read_idempotent(const Query& query,
                                                             const StateKey& key,
                                                             const std::string& idempotency_key);

// Of one operation, numbers above `after`.
Expected<std::vector<Event>, SqlError> read_events(const Query& query, const StateKey& key,
                                                   const std::string& operation, int after,
                                                   std::size_t limit);
// Of all operations, ids above `after`; `types` empty: all.
Expected<std::vector<Event>, SqlError> read_all_events(const Query& query, const StateKey& key,
                                                       std::int64_t after,
                                                       const std::vector<std::string>& types,
                                                       std::size_t limit);
// The id of the newest event; 0 when there is none.
Expected<std::int64_t, SqlError> last_event_id(const Query& query, const StateKey& key);

// Columns of an operation for a SELECT or RETURNING over the alias `o`, and their reading.
std::string operation_columns(const StateKey& key);
Operation operation_of(const std::vector<std::optional<std::string>>& row);

// What is to be added to an operation's events.
struct NewEvent {
    std::string type;
    std::string data;  // a JSON object
};
// A statement that takes the lock under which events are written. Ids and commits have one order
// with it, and so have the numbers of an operation: a reader that has seen id N misses none below.
// (pg_snapshot_xmin would hold events back as long as any transaction of the server runs, such as
// the step that they tell of.) Waits; first in a transaction that is sent as one message, so that
// no client can keep it.
std::string lock_events_sql(const StateKey& key);
// INSERT of events, numbered on from what is there. Inserts nothing unless `guard`, a condition
// over the operation `o`, holds.
std::string append_events_sql(const StateKey& key, const std::string& operation,
                              const std::vector<NewEvent>& events,
                              const std::string& guard = "true");

// The channel on which changes are told (NOTIFY), one for each version table, and the statement
// that tells. Payloads: "operation", "event", "lock", "cancel".
std::string notify_channel(const StateKey& key);
std::string notify_sql(const StateKey& key, std::string_view payload);

}  // namespace revisiond::database
