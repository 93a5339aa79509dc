// The room apply: plan → effects, under the lock. The only room that changes a database.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "database/database_state.hpp"
#include "database/operation.hpp"
#include "database/server_message.hpp"
#include "database/session.hpp"
#include "plan/migration_plan.hpp"

namespace revisiond::apply {

using Milliseconds = std::chrono::milliseconds;

// How to run; the values of [apply].
struct ApplyOptions {
    bool one_transaction = false;  // transaction = "all"
    bool dry_run = false;
    Milliseconds lock_timeout{100};
    Milliseconds row_lock_timeout{30'000};
    Milliseconds statement_timeout{0};
    Milliseconds lock_retry_for{300'000};
    Milliseconds concurrently_timeout{0};
    Milliseconds holder_timeout{10'000};
    bool refuse_modified = true;
};

// Who asks, for the history.
struct Requester {
    std::string actor;  // the person, as well as it can be told
    std::string host;
    std::string version;         // of revisiond
    std::string doing;           // "upgrade heads": what the lock's holder report says
    std::string operation = {};  // that a leader has claimed; empty: a new one is recorded
    std::string address = {};    // of the client that asked a daemon; empty: asked here
};

// Why a lock could not be had, a step failed, or a request was refused.
enum class FailureKind {
    connection,    // the server cannot be reached or the connection was lost
    lock_held,     // another process holds the advisory lock (exit 4)
    rows_changed,  // nothing ran: the rows are not those the plan starts from; plan again
    refused,  // nothing ran: standby, pooling proxy, modified files, foreign version table, journal
              // in doubt
    sql,      // a statement failed
    verify,   // a [verify] statement failed or answered false
    cancelled,  // a stop was asked for
};

// When to stop. From a single token: at once.
struct Stops {
    std::stop_token at_once;     // cancels the running statement; its revision is rolled back
    std::stop_token after_step;  // ends the run behind the revision that is under way
    Stops() = default;
    Stops(std::stop_token now, std::stop_token later = {})
        : at_once(std::move(now)), after_step(std::move(later)) {}
};

struct Failure {
    FailureKind kind = FailureKind::refused;
    Diagnostic diagnostic;  // with file, line and caret where a statement is meant
    std::optional<database::ServerMessage> server;
    std::string revision;                        // the step, when one was running
    std::optional<database::LockHolder> holder;  // for lock_held
};

// What one statement did, for progress and for --dry-run's report.
struct StatementReport {
    std::string revision;
    std::uint32_t line = 0;
    std::string tag;  // the command's tag
    std::string sql;  // redacted
    std::uint64_t rows = 0;
    std::chrono::microseconds elapsed{0};
    std::vector<database::ServerMessage> notices;
};

// A lock timeout, deadlock or serialization failure: everything of this revision (or statement,
// outside a transaction) was rolled back and begins again after `pause`.
struct RetryReport {
    std::string revision;
    std::string file;
    std::uint32_t line = 0;  // of the statement; 0 for work of our own
    std::string sql;         // redacted
    std::string doing;       // our own work, to complete "… while "; empty for a statement
    database::SqlError error;
    int attempt = 1;
    Milliseconds pause{0};
    std::vector<std::string> blockers;  // who held the lock, as far as seen
    Milliseconds waited{0};             // for them, in the statement that failed
};

// Hears of everything while it happens. Called from the applying thread; must not throw. Default:
// says nothing.
class Listener {
  public:
    virtual ~Listener() = default;
    // A command's run has recorded its operation as running: what follows belongs to it, until it
    // ends. Its end is recorded after operation_ends() has returned.
    virtual void operation_begins(const database::StateKey& /*key*/,
                                  const std::string& /*operation*/, std::int64_t /*term*/) {}
    virtual void operation_ends() {}
    virtual void waiting_for_lock(const std::optional<database::LockHolder>& /*holder*/) {}
    virtual void step_begins(const plan::PlanStep& /*step*/, std::size_t /*number*/,
                             std::size_t /*of*/) {}
    virtual void statement_begins(const plan::PlanStep& /*step*/,
                                  const sql::Statement& /*statement*/) {}
    virtual void statement_ends(const StatementReport& /*report*/) {}
    virtual void retrying(const RetryReport& /*report*/) {}
    // Each second while the statement waits; `waited` is all of that so far.
    virtual void blocked(const plan::PlanStep& /*step*/,
                         const std::vector<std::string>& /*blockers*/, Milliseconds /*waited*/) {}
    virtual void step_ends(const plan::PlanStep& /*step*/, std::chrono::microseconds /*elapsed*/) {}
    // Worth a person's look: a file's own lock_timeout, a lock that was freed by the file, an index
    // that was repaired.
    virtual void note(const std::string& /*text*/) {}
};

struct RunResult {
    std::string operation;             // its id (uuid); empty for a dry run
    std::vector<std::string> applied;  // revisions that took effect, in order
    std::vector<std::string> not_run;  // dry run: those that cannot run in a transaction
    std::vector<std::string> rows;     // of the version table now
};

class LockedDatabase;

// A failed run still says what took effect before.
struct RunFailure {
    Failure failure;
    RunResult result;
};

// Executes `plan` on the database of `parameters`. Takes the lock (polling, never a blocking
// statement), prepares version table and state schema, compares rows and checks again under the
// lock, runs step by step, writes history, releases. `adopt` are applied revisions that the
// database does not remember yet: recorded with their checksums at this first write.
// Here and below: with `held`, a database whose lock a leader keeps, no lock is taken or freed; the
// run belongs to the operation that the leader has claimed, and its end is the leader's to record.
Expected<RunResult, RunFailure> run_plan(const database::ConnectionParameters& parameters,
                                         const database::TableNames& names,
                                         const plan::MigrationPlan& plan,
                                         const ApplyOptions& options, const Requester& requester,
                                         const std::vector<database::RecordedRevision>& adopt,
                                         Listener& listener, Stops stops,
                                         LockedDatabase* held = nullptr);

// What `stamp` does: rows, records and history in one transaction, under the lock.
struct StampRequest {
    std::vector<std::string> from;  // rows that it was planned from
    std::vector<graph::RowChange> row_changes;
    std::vector<database::RecordedRevision> stamped;  // the destinations
    std::vector<database::RecordedRevision> adopt;  // those below them that are not remembered yet
    bool purge = false;                             // whatever the rows are
};
Expected<RunResult, RunFailure> run_stamp(const database::ConnectionParameters& parameters,
                                          const database::TableNames& names,
                                          const StampRequest& request, const ApplyOptions& options,
                                          const Requester& requester, Listener& listener,
                                          Stops stops, LockedDatabase* held = nullptr);

// `repair`: accept changed files, and settle statements in doubt.
struct RepairRequest {
    std::vector<database::RecordedRevision> accept;  // checksums as the files are now
    struct Settle {
        std::string revision;
        bool done = false;  // the statement took effect; false: run it again
    };
    std::vector<Settle> settle;
};
Expected<RunResult, RunFailure> run_repair(const database::ConnectionParameters& parameters,
                                           const database::TableNames& names,
                                           const RepairRequest& request,
                                           const ApplyOptions& options, const Requester& requester,
                                           Listener& listener, Stops stops,
                                           LockedDatabase* held = nullptr);

// `ensure_version`: the version table and the state schema, if they are not there.
Expected<RunResult, RunFailure> run_ensure_version(const database::ConnectionParameters& parameters,
                                                   const database::TableNames& names,
                                                   const ApplyOptions& options,
                                                   const Requester& requester, Listener& listener,
                                                   Stops stops, LockedDatabase* held = nullptr);

}  // namespace revisiond::apply
