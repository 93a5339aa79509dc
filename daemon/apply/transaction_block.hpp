// One transaction: the steps of a run that live and die together. One revision by default, all of
// them with transaction = "all", and for a dry run all that can be in a transaction, with a
// ROLLBACK at the end.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "apply/locked_database.hpp"
#include "apply/statement_runner.hpp"

namespace revisiond::apply {

// Where and why an attempt ended.
struct BlockFailure {
    Failure failure;
    std::optional<database::SqlError> error;  // when the server or the connection failed
    std::size_t step = 0;                     // index into the block's steps
    std::uint32_t line = 0;                   // of the statement; 0 for our own SQL
    std::string sql;                          // redacted
    std::string doing;                        // our own work, to complete "… while "
    bool at_commit = false;             // the connection went away while the COMMIT was under way
    std::string started_at;             // when the step began, by the server's clock
    std::size_t statements = 0;         // of the step that had run
    std::vector<std::string> blockers;  // who held the lock, as far as seen
    Milliseconds waited{0};             // for them
};

// What the block needs besides the steps.
struct BlockContext {
    const Run& run;
    database::Session& session;
    const Scribe& scribe;
    const database::LockKey& key;
    const plan::MigrationPlan& plan;
    BlockerObserver& observer;
    bool keep = true;  // COMMIT at the end; false: ROLLBACK, and no records are written
    // Run first inside the transaction, when a dry run needs it: what makes or widens the table.
    std::string prepare_version_table;
    std::size_t first_number = 1;  // of the first step in the run, for progress
    // More steps of the run follow: their commit, or that of the failure's history row, takes this
    // block's to the disk. See run_plan.cpp.
    bool more_follow = false;
};

// Decides nothing: runs its steps once, in one transaction. After a failure the transaction is
// rolled back (unless the connection is gone).
class TransactionBlock {
  public:
    TransactionBlock(const BlockContext& context, std::span<const plan::PlanStep> steps,
                     std::vector<std::string> rows);

    // One attempt. Nothing: it is committed (or, for a dry run, rolled back as it should be).
    std::optional<BlockFailure> attempt();

    const std::vector<std::string>& rows() const { return rows_; }
    // The history row's id of the last step: what is looked for when the COMMIT is in doubt.
    std::int64_t last_history_id() const { return history_id_; }

  private:
    std::optional<BlockFailure> run_step(std::size_t index);
    std::optional<BlockFailure> begin_step(std::size_t index, StatementRunner& runner);
    std::optional<BlockFailure> run_statements(std::size_t index, StatementRunner& runner);
    std::optional<BlockFailure> verify(std::size_t index, StatementRunner& runner);
    std::optional<BlockFailure> end_step(std::size_t index);
    std::optional<BlockFailure> before_statement(std::size_t index, const sql::Statement& statement,
                                                 StatementRunner& runner);
    BlockFailure own_failure(std::size_t index, Failure failure) const;
    // A statement ended the transaction and began another: what `where` names.
    BlockFailure transaction_ended(std::size_t index, const std::string& where) const;
    BlockFailure constraint_failure(std::size_t index, const database::SqlError& error) const;
    BlockFailure server_failure(std::size_t index, const database::SqlError& error,
                                const std::string& doing) const;
    BlockFailure file_failure(std::size_t index, const database::SqlError& error,
                              script::SectionKind section, const sql::Statement& statement) const;
    std::string same_transaction_sql() const;

    const BlockContext& context_;
    std::span<const plan::PlanStep> steps_;
    const std::vector<std::string> first_rows_;
    std::vector<std::string> rows_;
    std::int64_t history_id_ = 0;
    std::string transaction_id_;
    std::string started_at_;
    std::size_t statements_ = 0;
};

}  // namespace revisiond::apply
