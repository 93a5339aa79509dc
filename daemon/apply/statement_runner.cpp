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

Expected<database::StatementResult, database::SqlError> StatementRunner::execute(
    database::Session& session, const sql::Statement& statement) {
    using Clock = std::chrono::steady_clock;
    blockers_.clear();
    waited_ = Milliseconds{0};
    run_.listener.statement_begins(step_, statement);
    database::ExecuteOptions options;
    if (statement.copy) options.copy_data = statement.copy->text;
    const bool concurrent = statement.traits.lock == sql::LockClass::concurrently;
    if (concurrent && run_.options.concurrently_timeout.count() > 0) {
        options.deadline = std::chrono::steady_clock::now() + run_.options.concurrently_timeout;
    }
    int waits = 0;
    auto looked = Clock::now();
    const auto look = [&](bool blocked) {
        const auto now = Clock::now();
        if (blocked) waited_ += std::chrono::duration_cast<Milliseconds>(now - looked);
        looked = now;
    };
    options.on_wait = [&] {
        auto seen = observer_.blockers_of(session.backend_pid());
        ++waits;
        look(!seen.empty());
        if (seen.empty()) return;
        blockers_ = std::move(seen);
        // The first look, after some 60 ms, is for the report of a retry; a person hears after a
        // second.
        if (waits > 1) run_.listener.blocked(step_, blockers_, waited_);
    };
    auto result = session.execute(statement.text, options);
    if (!result) {
        look(result.error().lock_timeout());
        return result;
    }
    note_own_settings(statement);
    run_.listener.statement_ends({step_.revision, statement.line, result->tag,
                                  sql::redact_sql(statement.text), result->rows, result->elapsed,
                                  result->notices});
    return result;
}

}  // namespace revisiond::apply
