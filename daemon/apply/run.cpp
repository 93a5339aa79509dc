#include "apply/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace revisiond::apply {

Backoff::Backoff(Milliseconds first, Milliseconds longest)
    : pause_(static_cast<double>(first.count())),
      longest_(static_cast<double>(longest.count())),
      random_(std::random_device{}()) {}

Milliseconds Backoff::next() {
    const double spread = std::uniform_real_distribution<double>(0.75, 1.25)(random_);
    const auto result = Milliseconds(static_cast<Milliseconds::rep>(pause_ * spread));
    pause_ = std::min(pause_ * 1.5, longest_);
    return result;
}

Patience::Patience(Milliseconds lasts) : until_(std::chrono::steady_clock::now() + lasts) {}

std::optional<Milliseconds> Patience::next_pause() {
    if (std::chrono::steady_clock::now() >= until_) return std::nullopt;
    return backoff_.next();
}

bool sleep_for(Milliseconds pause, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any woken;
    std::unique_lock lock(mutex);
    woken.wait_for(lock, stop, pause, [] { return false; });
    return !stop.stop_requested();
}

Failure refused(std::string code, std::string message, std::string hint) {
    Failure failure;
    failure.kind = FailureKind::refused;
    failure.diagnostic = make_error(std::move(code), std::move(message), std::move(hint));
    return failure;
}

Failure database_failure(const database::SqlError& error, const std::string& doing) {
    Failure failure;
    failure.kind = error.cancelled         ? FailureKind::cancelled
                   : error.connection_lost ? FailureKind::connection
                                           : FailureKind::sql;
    failure.diagnostic = make_error(
        error.connection_lost ? "database.connection" : "database.error",
        fmt::format("{} while {}", error.text(), doing), database::redacted(error.server.hint));
    failure.server = error.server;
    return failure;
}

std::vector<std::string> first_column(const database::ResultTable& table) {
    std::vector<std::string> values;
    values.reserve(table.rows.size());
    for (const auto& row : table.rows) values.push_back(row.at(0).value_or(""));
    return values;
}

std::string expected_and_found(const std::vector<std::string>& expected,
                               const std::vector<std::string>& found) {
    const auto in_words = [](const std::vector<std::string>& rows) {
        return rows.empty() ? "none" : join(rows, ", ");
    };
    return fmt::format("expected {}, found {}", in_words(expected), in_words(found));
}

Failure rows_changed(const sql::QualifiedName& version_table,
                     const std::vector<std::string>& expected,
                     const std::vector<std::string>& found) {
    Failure failure;
    failure.kind = FailureKind::rows_changed;
    failure.diagnostic =
        make_error("apply.rows-changed",
                   fmt::format("the rows of {} are not those that the plan starts from: {}",
                               version_table.display(), expected_and_found(expected, found)),
                   "something else has migrated this database; plan again");
    return failure;
}

Failure statement_failure(const database::SqlError& error, const plan::MigrationPlan& plan,
                          const plan::PlanStep& step, script::SectionKind section,
                          const sql::Statement& statement) {
    Failure failure = database_failure(error, "");
    failure.revision = step.revision;
    std::string message = fmt::format(
        "revision {}: {}", step.revision,
        error.cancelled ? "stopped, as somebody or the end of its process asked" : error.text());
    if (!error.server.detail.empty()) message += "; " + database::redacted(error.server.detail);
    failure.diagnostic.code = error.connection_lost ? "apply.connection" : "apply.statement";
    failure.diagnostic.message = std::move(message);
    if (error.exists_already() && failure.diagnostic.hint.empty()) {
        failure.diagnostic.hint =
            "another revision makes it too, or it was made by hand: `revisiond drift` tells; "
            "`baseline` takes over a database that has its schema already";
    }
    failure.diagnostic.at =
        error.server.position > 0
            ? plan::locate(step, section, statement, error.server.position, plan.variables)
            : plan::locate(step, statement);
    return failure;
}

std::string require_sql(const std::string& condition) {
    // The division stands outside: a constant 1/0 within CASE would fail in any case. To look up an
    // operator costs the server less than a function does.
    return fmt::format("SELECT 1 OPERATOR(pg_catalog./) CASE WHEN {} THEN 1 ELSE 0 END", condition);
}

bool requirement_failed(const database::ServerMessage& error) {
    return error.sqlstate == "22012";
}

Expected<Done, database::SqlError> roll_back(database::Session& session) {
    if (session.lost()) return Done{};
    if (session.transaction_status() == database::TransactionStatus::idle) return Done{};
    if (auto done = session.run("ROLLBACK"); !done) return unexpected(done.error());
    return Done{};
}

std::size_t Message::add(std::string_view statement) {
    if (count_ > 0) text_ += "; ";
    text_ += statement;
    return count_++;
}

void Message::as_ourselves() {
    add("SET LOCAL SESSION AUTHORIZATION DEFAULT");
    // Not NONE: the login's own settings may name the role that owns everything.
    add("SET LOCAL role TO DEFAULT");
    add("SET LOCAL search_path TO pg_catalog");
    add("SET LOCAL statement_timeout TO 0");
}

}  // namespace revisiond::apply
