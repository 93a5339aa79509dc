// The rows that a run writes about itself, as SQL. docs/history-format.md tells what they mean.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apply/run.hpp"
#include "database/operation.hpp"
#include "graph/heads.hpp"
#include "sql/identifier.hpp"

namespace revisiond::apply {

// The server's clock as a number, which means the same under any DateStyle and TimeZone, of a role
// or of a file: seconds since 1970.
inline constexpr const char* clock_sql = "EXTRACT(epoch FROM pg_catalog.clock_timestamp())";

// Who writes where: fixed once the lock is held.
struct Scribe {
    std::string schema;  // the state schema, quoted
    sql::QualifiedName version_table;
    std::string operation;  // uuid
    std::int64_t term = 0;
    Requester requester;

    std::string version_rows_sql() const;           // SELECT of all rows, sorted
    std::string unsorted_version_rows_sql() const;  // the same, for who sorts them
    std::string change_row_sql(const graph::RowChange& change) const;
    // True when the rows are exactly these.
    std::string rows_are_sql(std::vector<std::string> rows) const;

    // The step's changes of the version rows; the last statement fails unless the rows are `after`
    // then.
    std::vector<std::string> row_changes_sql(const plan::PlanStep& step,
                                             const std::vector<std::string>& after) const;
    // What is remembered of a step that is done: its revision and its history row.
    std::vector<std::string> books_sql(const plan::PlanStep& step, std::int64_t history_id,
                                       const std::string& started_at) const;

    // Inserts or replaces what is remembered of these revisions.
    std::string remember_sql(const std::vector<database::RecordedRevision>& revisions) const;

    // A line of the history.
    struct HistoryEntry {
        std::optional<std::int64_t> id;  // drawn before, where a lost COMMIT must be looked for
        std::string revision, direction, outcome;
        std::string started_at;  // as clock_sql gives it
        std::size_t statements = 0;
        std::string checksum;
        std::string error;  // empty: none
    };
    std::string history_sql(const HistoryEntry& entry) const;

    // What must come first in a transaction that writes operations and events: it is told to
    // whoever listens, at its commit, and waits a moment for others that do the same.
    std::vector<std::string> tell_sql() const;
    // A command's own operation, with its first and its last event.
    std::vector<std::string> begin_operation_sql(const std::string& kind, const std::string& target,
                                                 const std::vector<std::string>& revisions,
                                                 const std::string& digest) const;
    std::vector<std::string> end_operation_sql(const std::string& state,
                                               const std::string& error) const;
    // A condition: the operation runs, and in our term.
    std::string is_ours_sql() const;
    // Settles operations of dead holders. One of a command becomes interrupted. One of the queue is
    // queued again, so that it goes on where it stopped; not when it was to be cancelled, and not
    // when it has died three times at the same revision: then a person has to look. Their events
    // say so. Returns kind, revision, host, started_at of each.
    std::string settle_operations_sql() const;

    // No other process leads any more, since we hold the lock.
    std::string end_terms_sql() const;
    std::string instance_sql(int pid, int backend_pid) const;  // of a command
    std::string leader_sql(const std::string& instance, const std::string& url, int pid,
                           int backend_pid) const;
    std::string leave_sql() const;

    std::string journal_started_sql(const std::string& revision, const std::string& direction,
                                    std::size_t position, const std::string& hash,
                                    const std::string& probe, const std::string& statement) const;
    std::string journal_state_sql(const std::string& revision, const std::string& direction,
                                  std::size_t position, const std::string& state,
                                  const std::string& error) const;
    // Forgets what failed before anything of its revision took effect, in the other direction than
    // this.
    std::string journal_forget_sql(const std::string& direction) const;
    // Forgets everything: a stamp is a person's word for where the database is.
    std::string journal_forget_all_sql() const;
    std::string journal_clear_sql(const std::string& revision, const std::string& direction) const;

    std::string table(const char* name) const { return schema + "." + name; }
    std::string version_table_literal() const;
    database::StateKey key() const { return {schema, version_table_literal()}; }
};

}  // namespace revisiond::apply
