#include "apply/blockers.hpp"

#include <fmt/format.h>

#include "sql/redact.hpp"

namespace revisiond::apply {
namespace {

std::string describe(const std::vector<std::optional<std::string>>& row) {
    const auto text = [&](std::size_t column) { return row[column].value_or(""); };
    std::string who = text(1).empty() ? "no application name" : text(1);
    if (!text(2).empty()) who += ", user " + text(2);
    if (!text(3).empty()) who += ", " + text(3);
    if (!text(4).empty()) who += fmt::format(" for {} s", text(4));
    // PostgreSQL's words for a session of others.
    const std::string query = text(5) == "<insufficient privilege>"
                                  ? "what it runs is hidden from this role (pg_read_all_stats)"
                                  : sql::redact_sql(text(5)).substr(0, 120);
    return fmt::format("server process {} ({}){}{}", text(0), who, query.empty() ? "" : ": ",
                       query);
}

}  // namespace

std::vector<std::string> BlockerObserver::blockers_of(int backend_pid) {
    if (!connection_) {
        auto opened = database::Connection::open(run_.parameters);
        if (!opened) return {"who blocks could not be read: " + opened.error().text()};
        connection_ = *std::move(opened);
    }
    auto rows = connection_->query(
        fmt::format("SELECT DISTINCT b.pid, a.application_name, a.usename, a.state,"
                    " EXTRACT(epoch FROM pg_catalog.clock_timestamp() - COALESCE(a.xact_start, "
                    "a.query_start))::int,"
                    " pg_catalog.regexp_replace(a.query, '\\s+', ' ', 'g')"
                    " FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids({})) b(pid)"
                    " LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid",
                    backend_pid));
    if (!rows) {
        connection_.reset();
        return {"who blocks could not be read: " + rows.error().text()};
    }
    std::vector<std::string> result;
    for (const auto& row : *rows) result.push_back(describe(row));
    return result;
}

bool BlockerWatch::look() {
    auto seen = observer_.blockers_of(backend_pid_);
    ++looks_;
    count(!seen.empty());
    if (seen.empty()) return false;
    blockers_ = std::move(seen);
    return true;
}

void BlockerWatch::end(bool lock_timeout) {
    count(lock_timeout);
}

void BlockerWatch::count(bool blocked) {
    const auto now = Clock::now();
    if (blocked) waited_ += std::chrono::duration_cast<Milliseconds>(now - looked_);
    looked_ = now;
}

}  // namespace revisiond::apply
