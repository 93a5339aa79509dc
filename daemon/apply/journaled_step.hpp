// A revision with `transaction = false`: each statement stands alone, and the journal knows how far
// it is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apply/probe.hpp"
#include "apply/transaction_block.hpp"

namespace revisiond::apply {

// Runs one such step from where the journal says it stopped. A statement that may run in a
// transaction commits together with its journal row; for the others the intent is written before,
// with what the catalog shows, and after a crash the catalog decides (see probe.hpp). After every
// statement the lock is confirmed in pg_locks. The version rows, the records and the end of the
// journal are one last transaction.
class JournaledStep {
  public:
    JournaledStep(const BlockContext& context, const plan::PlanStep& step,
                  std::vector<std::string> rows);

    // Nothing: it is done, and its rows are in the table.
    std::optional<BlockFailure> run();

    const std::vector<std::string>& rows() const { return rows_; }
    std::int64_t last_history_id() const { return history_id_; }

  private:
    // Where to go on.
    struct Resume {
        std::size_t next = 0;
    };
    std::optional<BlockFailure> begin();
    Expected<std::vector<database::JournalEntry>, database::SqlError> read_journal();
    Expected<Resume, BlockFailure> find_resume();
    Expected<bool, BlockFailure> is_done(const database::JournalEntry& entry);
    std::optional<BlockFailure> replay_settings(std::size_t up_to);
    std::optional<BlockFailure> run_statement(std::size_t position);
    std::optional<BlockFailure> attempt_statement(std::size_t position);
    Expected<Done, database::SqlError> inside_transaction(std::size_t position);
    Expected<Done, database::SqlError> outside_transaction(std::size_t position,
                                                           const Probe& probe);
    // What a failed statement outside transactions has left; what stays is told in the hint.
    void clear_up(const database::SqlError& error, const Probe& probe, Diagnostic& diagnostic);
    std::int64_t transaction_number();
    Expected<Verdict, database::SqlError> settle_and_tell(const Probe& probe);
    // One journal row, in a transaction of its own, as ourselves.
    Expected<Done, database::SqlError> write(const std::string& sql);
    std::optional<BlockFailure> confirm_lock(std::size_t position);
    // The last transaction, tried again while it meets locks.
    std::optional<BlockFailure> finish();
    std::optional<BlockFailure> attempt_finish();
    // The version table, with the rows that the revision began with.
    std::optional<BlockFailure> lock_rows();
    std::optional<BlockFailure> verify();

    BlockFailure own(Failure failure) const;
    BlockFailure server(const database::SqlError& error, const std::string& doing) const;
    BlockFailure statement(const database::SqlError& error, script::SectionKind section,
                           const sql::Statement& statement) const;
    std::string direction() const { return graph::to_string(step_.direction); }

    const BlockContext& context_;
    const plan::PlanStep& step_;
    std::vector<std::string> rows_;
    StatementRunner runner_;
    std::int64_t history_id_ = 0;
    std::string started_at_;
    std::size_t statements_ = 0;
    bool committed_inside_ = false;     // the statement that failed
    std::optional<Probe> left_behind_;  // of a statement whose leavings could not be cleared yet
};

// What the journal knows a statement by: SHA-256 of its text and COPY data.
std::string statement_hash(const sql::Statement& statement);

}  // namespace revisiond::apply
