#include "apply/statement_runner.hpp"

#include <fmt/format.h>

#include "apply/session_settings.hpp"
#include "sql/redact.hpp"

namespace revisiond::apply {

Milliseconds StatementRunner::first_lock_timeout(const sql::Statement* first) {
    lock_timeout_ = first == nullptr ? run_.options.lock_timeout
                                     : lock_timeout_of(run_.options, first->traits.lock);
    return *lock_timeout_;
}

std::optional<std::string> StatementRunner::lock_timeout_change(const sql::Statement& statement) {
    return lock_timeout_change(lock_timeout_of(run_.options, statement.traits.lock));
}

std::optional<std::string> StatementRunner::lock_timeout_change(Milliseconds wanted) {
    if (own_lock_timeout_) return std::nullopt;
    if (lock_timeout_ == wanted) return std::nullopt;
    lock_timeout_ = wanted;
    return set_lock_timeout_sql(wanted);
}

std::optional<std::string> StatementRunner::local_lock_timeout(
    const sql::Statement& statement) const {
    if (own_lock_timeout_) return std::nullopt;
    return set_lock_timeout_sql(lock_timeout_of(run_.options, statement.traits.lock), true);
}

void StatementRunner::note_own_settings(const sql::Statement& statement) {
    if (own_lock_timeout_ || statement.traits.session != sql::SessionEffect::sets_lock_timeout) {
        return;
    }
    if (!step_.transaction && statement.traits.local_setting) {
        run_.listener.note(
            fmt::format("{}:{}: SET LOCAL ends with its own statement in a file "
                        "with transaction = false: it sets nothing",
                        step_.file, statement.line));
        return;
    }
    own_lock_timeout_ = true;
    run_.listener.note(
        fmt::format("{}:{}: the file sets lock_timeout itself; its value holds until its end",
                    step_.file, statement.line));
}

std::function<void()> StatementRunner::looking(BlockerWatch& watch) {
    return [this, &watch] {
        if (watch.look() && watch.is_long()) {
            run_.listener.blocked(step_, watch.blockers(), watch.waited());
        }
    };
}

void StatementRunner::keep(BlockerWatch& watch, const database::SqlError* error) {
    if (error != nullptr) watch.end(error->lock_timeout());
    blockers_ = watch.blockers();
    waited_ = watch.waited();
}

Expected<database::StatementResult, database::SqlError> StatementRunner::execute(
    database::Session& session, const sql::Statement& statement) {
    run_.listener.statement_begins(step_, statement);
    database::ExecuteOptions options;
    if (statement.copy) options.copy_data = statement.copy->text;
    const bool concurrent = statement.traits.lock == sql::LockClass::concurrently;
    if (concurrent && run_.options.concurrently_timeout.count() > 0) {
        options.deadline = std::chrono::steady_clock::now() + run_.options.concurrently_timeout;
    }
    BlockerWatch watch(observer_, session.backend_pid());
    options.on_wait = looking(watch);
    auto result = session.execute(statement.text, options);
    keep(watch, result ? nullptr : &result.error());
    if (!result) return result;
    note_own_settings(statement);
    run_.listener.statement_ends({step_.revision, statement.line, result->tag,
                                  sql::redact_sql(statement.text), result->rows, result->elapsed,
                                  result->notices});
    return result;
}

Expected<std::vector<database::ResultTable>, database::SqlError> StatementRunner::run(
    database::Session& session, const std::string& message) {
    BlockerWatch watch(observer_, session.backend_pid());
    auto done = session.run(message, looking(watch));
    keep(watch, done ? nullptr : &done.error());
    return done;
}

}  // namespace revisiond::apply
