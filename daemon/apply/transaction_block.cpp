// The life of a step, in messages:
//
//   1  BEGIN; everything the file before may have left is reset; our settings; the
//      transaction-level advisory lock; the session lock taken anew if a file has freed it; LOCK
//      TABLE; the rows; the history id, the clock and the transaction's id.
//
//   2  each statement alone. Before every one but the first: is this still the same transaction?
//      and its lock timeout.
//
//   3  still the same transaction; deferred constraints now; [verify].
//
//   4  role and search_path reset; version rows; are they exactly what they must be?; revision row;
//      history row; COMMIT.
//
// A failure inside message 4 stops it before its COMMIT. Whatever a file does, the version row
// cannot advance without its DDL.
#include "apply/transaction_block.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "apply/session_settings.hpp"
#include "base/text.hpp"
#include "sql/begin.hpp"
#include "sql/redact.hpp"

namespace revisiond::apply {
namespace {

std::vector<std::string> sorted_column(const database::ResultTable& table) {
    std::vector<std::string> values = first_column(table);
    std::sort(values.begin(), values.end());
    return values;
}

}  // namespace

TransactionBlock::TransactionBlock(const BlockContext& context,
                                   std::span<const plan::PlanStep> steps,
                                   std::vector<std::string> rows)
    : context_(context), steps_(steps), first_rows_(rows), rows_(std::move(rows)) {}

std::optional<BlockFailure> TransactionBlock::attempt() {
    rows_ = first_rows_;
    for (std::size_t index = 0; index < steps_.size(); ++index) {
        auto failure = run_step(index);
        if (!failure) continue;
        if (!context_.session.lost()) {
            auto rolled_back = context_.session.run("ROLLBACK");
            if (!rolled_back) failure->error = rolled_back.error();
        }
        return failure;
    }
    if (!context_.keep) {
        auto rolled_back = context_.session.run("ROLLBACK");
        if (!rolled_back) {
            return server_failure(steps_.size() - 1, rolled_back.error(), "rolling back");
        }
    }
    return std::nullopt;
}

std::optional<BlockFailure> TransactionBlock::run_step(std::size_t index) {
    const plan::PlanStep& step = steps_[index];
    const auto begin = std::chrono::steady_clock::now();
    // A dry run carries the rows of steps that cannot be in a transaction; those are not begun.
    if (step.transaction) {
        context_.run.listener.step_begins(step, context_.first_number + index,
                                          context_.plan.steps.size());
    }
    StatementRunner runner(context_.run, context_.observer, step);
    auto failure = begin_step(index, runner);
    if (!failure) failure = run_statements(index, runner);
    if (!failure && !step.verify.empty()) failure = verify(index, runner);
    if (!failure) failure = end_step(index);
    if (failure) {
        failure->blockers = runner.blockers();
        failure->waited = runner.waited();
        return failure;
    }
    context_.run.listener.step_ends(step, std::chrono::duration_cast<std::chrono::microseconds>(
                                              std::chrono::steady_clock::now() - begin));
    return std::nullopt;
}

std::optional<BlockFailure> TransactionBlock::begin_step(std::size_t index,
                                                         StatementRunner& runner) {
    const plan::PlanStep& step = steps_[index];
    const Scribe& scribe = context_.scribe;
    Message message;
    if (index == 0) message.add(sql::begin_transaction);
    add_session_reset(message);
    add_session_settings(message, context_.run.options, context_.session.server_version(),
                         step.revision);
    if (context_.more_follow) message.add("SET synchronous_commit TO off");
    if (index == 0 && !context_.prepare_version_table.empty()) {
        message.add(context_.prepare_version_table);
    }
    const std::string key = context_.key.arguments();
    // With the transaction-level lock in hand nobody can slip in between giving the session lock
    // back and taking it again. A target list is evaluated from left to right.
    const std::size_t locks = message.add(
        fmt::format("SELECT pg_catalog.pg_try_advisory_xact_lock({0}),"
                    " pg_catalog.pg_advisory_unlock({0}), pg_catalog.pg_try_advisory_lock({0})",
                    key));
    message.add(
        fmt::format("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", scribe.version_table.quoted()));
    const std::size_t rows_at = message.add(scribe.unsorted_version_rows_sql());
    const std::size_t facts_at = message.add(fmt::format(
        "SELECT {}, {}, pg_catalog.pg_current_xact_id()",
        context_.keep
            ? fmt::format("pg_catalog.nextval({})", sql::quote_literal(scribe.table("history_id")))
            : "0",
        clock_sql));
    const sql::Statement* first = step.statements.empty() ? nullptr : &step.statements.front();
    const Milliseconds lock_timeout = runner.first_lock_timeout(first);
    if (lock_timeout != context_.run.options.lock_timeout) {
        message.add(set_lock_timeout_sql(lock_timeout));
    }

    auto begun = runner.run(context_.session, message.text());
    statements_ = 0;
    if (!begun) {
        return server_failure(index, begun.error(), "locking " + scribe.version_table.display());
    }
    const auto& lock_row = begun->at(locks).rows.at(0);
    if (lock_row[0] != "t") {
        Failure failure = refused("apply.lock-lost",
                                  fmt::format("revision {} did not begin: the advisory lock was "
                                              "freed by SQL of an earlier revision"
                                              " and another process has taken it",
                                              step.revision),
                                  "run again; it goes on where it stopped");
        failure.kind = FailureKind::lock_held;
        return own_failure(index, std::move(failure));
    }
    if (lock_row[1] != "t") {
        context_.run.listener.note(
            "SQL of the revision before freed revisiond's advisory lock; it was taken again before "
            "anyone else did");
    }
    const auto& facts = begun->at(facts_at).rows.at(0);
    const std::string id = facts[0].value_or("0");
    std::from_chars(id.data(), id.data() + id.size(), history_id_);
    started_at_ = facts[1].value_or("");
    transaction_id_ = facts[2].value_or("");
    const std::vector<std::string> found = sorted_column(begun->at(rows_at));
    if (found != rows_) {
        return own_failure(index, rows_changed(scribe.version_table, rows_, found));
    }
    return std::nullopt;
}

std::string TransactionBlock::same_transaction_sql() const {
    return require_sql(
        fmt::format("pg_catalog.pg_current_xact_id_if_assigned() OPERATOR(pg_catalog.=) '{}'",
                    transaction_id_));
}

std::optional<BlockFailure> TransactionBlock::before_statement(std::size_t index,
                                                               const sql::Statement& statement,
                                                               StatementRunner& runner) {
    Message message;
    message.add(same_transaction_sql());
    if (auto change = runner.lock_timeout_change(statement)) message.add(*change);
    auto done = context_.session.run(message.text());
    if (done) return std::nullopt;
    if (done.error().statement_index == 0 && requirement_failed(done.error().server)) {
        return transaction_ended(
            index, fmt::format("a statement before {}:{}", steps_[index].file, statement.line));
    }
    return server_failure(index, done.error(), "preparing the next statement");
}

std::optional<BlockFailure> TransactionBlock::run_statements(std::size_t index,
                                                             StatementRunner& runner) {
    const plan::PlanStep& step = steps_[index];
    for (const sql::Statement& statement : step.statements) {
        if (statements_ > 0) {
            if (auto failure = before_statement(index, statement, runner)) return failure;
        }
        auto result = runner.execute(context_.session, statement);
        if (!result) {
            return file_failure(index, result.error(), step.section(), statement);
        }
        ++statements_;
        if (context_.session.transaction_status() != database::TransactionStatus::in_transaction) {
            Failure failure = refused(
                "apply.transaction-ended",
                fmt::format("revision {}: this statement ended the transaction", step.revision),
                "take transaction control out of the file, or set transaction = false");
            failure.diagnostic.at = plan::locate(step, statement);
            return own_failure(index, std::move(failure));
        }
    }
    return std::nullopt;
}

std::optional<BlockFailure> TransactionBlock::verify(std::size_t index, StatementRunner& runner) {
    const plan::PlanStep& step = steps_[index];
    Message message;
    message.add(same_transaction_sql());
    message.add("SET CONSTRAINTS ALL IMMEDIATE");
    if (auto done = context_.session.run(message.text()); !done) {
        if (done.error().statement_index > 0) return constraint_failure(index, done.error());
        if (requirement_failed(done.error().server))
            return transaction_ended(index, "its last statement");
        return server_failure(index, done.error(), "checking deferred constraints");
    }
    for (const sql::Statement& statement : step.verify) {
        if (auto failure = before_statement(index, statement, runner)) return failure;
        auto result = runner.execute(context_.session, statement);
        if (!result) {
            auto failure =
                file_failure(index, result.error(), script::SectionKind::verify, statement);
            if (!result.error().connection_lost && !result.error().cancelled) {
                failure.failure.kind = FailureKind::verify;
            }
            return failure;
        }
        if (result->single_boolean && !result->boolean.value_or(false)) {
            Failure failure = refused(
                "apply.verify",
                fmt::format("revision {}: [verify] answered {}; the revision was rolled back",
                            step.revision, result->boolean ? "false" : "null"));
            failure.kind = FailureKind::verify;
            failure.diagnostic.at = plan::locate(step, statement);
            return own_failure(index, std::move(failure));
        }
    }
    return std::nullopt;
}

std::optional<BlockFailure> TransactionBlock::end_step(std::size_t index) {
    const plan::PlanStep& step = steps_[index];
    const Scribe& scribe = context_.scribe;
    const std::vector<std::string> rows = graph::apply_changes(rows_, step.row_changes);
    const bool commit = context_.keep && index + 1 == steps_.size();

    Message message;
    const std::size_t same = message.add(same_transaction_sql());
    const std::size_t constraints = message.add("SET CONSTRAINTS ALL IMMEDIATE");
    message.as_ourselves();
    std::size_t rows_at = 0;
    for (const std::string& sql : scribe.row_changes_sql(step, rows)) rows_at = message.add(sql);
    if (context_.keep) {
        for (const std::string& sql : scribe.books_sql(step, history_id_, started_at_)) {
            message.add(sql);
        }
    }
    if (commit) message.add("COMMIT");
    auto done = context_.session.run(message.text());
    if (done) {
        rows_ = rows;
        return std::nullopt;
    }
    const database::SqlError& error = done.error();
    BlockFailure failure = server_failure(index, error, "recording the revision");
    failure.at_commit = commit && error.connection_lost;
    if (error.connection_lost) return failure;
    if (error.statement_index == same && requirement_failed(error.server)) {
        return transaction_ended(index, "its last statement");
    }
    if (error.statement_index == constraints) return constraint_failure(index, error);
    if (error.statement_index == rows_at && requirement_failed(error.server)) {
        failure.failure.diagnostic.message =
            fmt::format("revision {}: its SQL changed the rows of {} itself", step.revision,
                        scribe.version_table.display());
        failure.failure.diagnostic.hint =
            "leave the version table to revisiond: take that statement out of the file";
    }
    return failure;
}

BlockFailure TransactionBlock::transaction_ended(std::size_t index,
                                                 const std::string& where) const {
    return own_failure(
        index, refused("apply.transaction-ended",
                       fmt::format("revision {}: {} ended the transaction and began another",
                                   steps_[index].revision, where),
                       "take transaction control out of the file, or set transaction = false"));
}

BlockFailure TransactionBlock::constraint_failure(std::size_t index,
                                                  const database::SqlError& error) const {
    BlockFailure failure = server_failure(index, error, "checking deferred constraints");
    if (error.connection_lost || error.retryable()) return failure;
    failure.failure.diagnostic.code = "apply.constraint";
    failure.failure.diagnostic.message =
        fmt::format("revision {}: a deferred constraint is violated: {}{}{}",
                    steps_[index].revision, error.text(), error.server.detail.empty() ? "" : "; ",
                    database::redacted(error.server.detail));
    return failure;
}

BlockFailure TransactionBlock::own_failure(std::size_t index, Failure failure) const {
    BlockFailure result;
    result.failure = std::move(failure);
    result.failure.revision = steps_[index].revision;
    if (result.failure.diagnostic.at.file.empty())
        result.failure.diagnostic.at.file = steps_[index].file;
    result.step = index;
    result.started_at = started_at_;
    result.statements = statements_;
    return result;
}

BlockFailure TransactionBlock::server_failure(std::size_t index, const database::SqlError& error,
                                              const std::string& doing) const {
    const std::string all = fmt::format("{} for revision {}", doing, steps_[index].revision);
    BlockFailure result = own_failure(index, database_failure(error, all));
    result.error = error;
    result.doing = all;
    return result;
}

BlockFailure TransactionBlock::file_failure(std::size_t index, const database::SqlError& error,
                                            script::SectionKind section,
                                            const sql::Statement& statement) const {
    BlockFailure result = own_failure(
        index, statement_failure(error, context_.plan, steps_[index], section, statement));
    result.error = error;
    result.line = statement.line;
    result.sql = sql::redact_sql(statement.text);
    return result;
}

}  // namespace revisiond::apply
