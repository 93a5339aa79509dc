// Everything that a decision needs to know of a database, read in one go and without changing it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "database/connection.hpp"
#include "database/recorded_revisions.hpp"
#include "database/session.hpp"
#include "sql/identifier.hpp"

namespace revisiond::database {

// Which tables are meant.
struct TableNames {
    sql::QualifiedName version_table;  // schema empty: found by search_path
    std::string state_schema;
};

// Which server and database answered.
struct ServerIdentity {
    std::string system_identifier;
    std::uint64_t timeline = 0;
    std::uint64_t database_oid = 0;
    std::string database;
    std::string user;
    int server_version = 0;
    bool in_recovery = false;
};

// A statement of a non-transactional revision that has begun and is not finished with its revision
// (table journal).
struct JournalEntry {
    std::string revision;
    std::string direction;
    int position = 0;  // of the statement in its section, from 0
    std::string statement_hash;
    std::string state;      // started, done, failed, resolved_done, resolved_retry
    std::string probe;      // what the catalog showed before it; see apply/probe.hpp
    std::string statement;  // redacted text, for people
    std::string error;

    // Whether something of it took effect, or may have.
    bool has_effect() const { return state != "failed" && state != "resolved_retry"; }
};

// A run that has begun and has not said how it ended (table operation): its process is at work, or
// has died.
struct RunningOperation {
    std::string id, kind, target;
    std::vector<std::string> revisions;  // that it set out to run, in order
    std::string started_at;              // RFC 3339, UTC
    std::string actor, host;
    std::int64_t term = 0;
};

struct DatabaseState {
    ServerIdentity server;
    bool version_table_exists = false;
    sql::QualifiedName version_table;    // where it is or would be created; schema filled in
    int version_width = 0;               // of version_num; 0 for text
    std::vector<std::string> elsewhere;  // other schemas that hold a table of that name, when the
                                         // config names no schema
    std::vector<std::string> rows;       // sorted
    int layout = 0;                      // of the state schema; 0: there is none
    RecordedRevisions recorded;
    std::vector<JournalEntry> journal;
    std::vector<RunningOperation> running;
    std::vector<std::string>
        foreign_writers;  // roles besides the owner that may INSERT into our tables
};

// How these functions ask: a Connection's query(), or a Session's while it holds the lock.
using Query = std::function<Expected<Rows, SqlError>(const std::string& sql)>;
Query query_of(Connection& connection);
Query query_of(Session& session);
// Of a session that ends with it; nothing when there is none to be had.
std::optional<Query> query_of_new_session(const ConnectionParameters& parameters,
                                          std::stop_token stop);

// Never creates anything. Follows search_path for an unqualified version table as Alembic does.
Expected<DatabaseState, SqlError> read_state(const Query& query, const TableNames& names);
// The same without `recorded`, of which there may be thousands.
Expected<DatabaseState, SqlError> read_position(const Query& query, const TableNames& names);

// A text that changes whenever what read_state() and read_holder() answer does, for a fraction of
// their cost. `state` is what was read before.
Expected<std::string, SqlError> read_fingerprint(const Query& query, const TableNames& names,
                                                 const DatabaseState& state);
// Only where the version table is and which layout the state schema has.
Expected<DatabaseState, SqlError> read_outline(const Query& query, const TableNames& names);

// The operations in state running, once more.
Expected<std::vector<RunningOperation>, SqlError> read_running(const Query& query,
                                                               const DatabaseState& state,
                                                               const TableNames& names);

// The ids at or below the unknown rows by the database's own record (with the rows themselves).
std::vector<std::string> recorded_ancestors(const DatabaseState& state,
                                            const std::vector<std::string>& rows);

// One line of the history table, newest first. `limit` 0: all.
struct HistoryRow {
    std::int64_t id = 0;
    std::string operation, revision, direction, outcome;
    std::string started_at, finished_at;  // RFC 3339, UTC
    std::int64_t duration_ms = 0;
    int statements = 0;
    std::string checksum, actor, address, session_user, host, version, error;
    std::int64_t term = 0;
};
// Only rows below the id `before`, when it is not 0, and of `revision`, when it is not empty.
Expected<std::vector<HistoryRow>, SqlError> read_history(const Query& query,
                                                         const DatabaseState& state,
                                                         const TableNames& names, std::size_t limit,
                                                         std::int64_t before = 0,
                                                         const std::string& revision = {});

// Who holds the advisory lock of this version table.
struct LockHolder {
    int backend_pid = 0;
    std::string host, version, url, doing,
        since;  // from the instance table; empty when it is not ours or cannot be read
    int pid = 0;
    std::int64_t term = 0;
    bool leads = false;  // a daemon, which keeps the lock for as long as it lives
    std::string application_name, user, client_address, backend_start, state,
        query;  // from pg_stat_activity; query redacted and cut
    // "revisiond 0.1.0 on web-1 (pid 4711) since 2026-11-22T10:15:00Z, upgrade to heads"
    std::string describe() const;
};
// Nothing when nobody holds it.
Expected<std::optional<LockHolder>, SqlError> read_holder(const Query& query,
                                                          const DatabaseState& state,
                                                          const TableNames& names);

}  // namespace revisiond::database
