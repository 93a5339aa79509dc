#include <fmt/format.h>

#include <charconv>

#include "database/advisory_lock.hpp"
#include "database/database_state.hpp"
#include "sql/redact.hpp"

namespace revisiond::database {
namespace {

constexpr std::size_t shown_query = 200;

std::int64_t to_number(const std::optional<std::string>& value) {
    std::int64_t result = 0;
    if (value) std::from_chars(value->data(), value->data() + value->size(), result);
    return result;
}

std::string rfc3339(const std::string& expression) {
    return "pg_catalog.to_char((" + expression +
           ") AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";
}

LockHolder holder_of_activity(const std::vector<std::optional<std::string>>& row) {
    LockHolder holder;
    holder.backend_pid = static_cast<int>(to_number(row[0]));
    holder.application_name = row[1].value_or("");
    holder.user = row[2].value_or("");
    holder.client_address = row[3].value_or("");
    holder.backend_start = row[4].value_or("");
    holder.state = row[5].value_or("");
    holder.query = sql::redact_sql(row[6].value_or("")).substr(0, shown_query);
    return holder;
}

// What the holder wrote of itself. Without the table or the right to read it the report is what
// pg_locks says.
void add_instance(const Query& query, const TableNames& names,
                  const sql::QualifiedName& version_table, LockHolder& holder) {
    auto rows = query(fmt::format(
        "SELECT i.host, i.pid, i.version, i.url, i.doing, {}, i.term FROM {}.instance i"
        " WHERE i.version_table = {} AND i.backend_pid = {} ORDER BY i.term DESC LIMIT 1",
        rfc3339("i.since"), sql::quote_identifier(names.state_schema),
        sql::quote_literal(version_table.quoted()), holder.backend_pid));
    if (!rows || rows->empty()) return;
    const auto& row = rows->at(0);
    holder.host = row[0].value_or("");
    holder.pid = static_cast<int>(to_number(row[1]));
    holder.version = row[2].value_or("");
    holder.url = row[3].value_or("");
    holder.doing = row[4].value_or("");
    holder.since = row[5].value_or("");
    holder.term = to_number(row[6]);
}

}  // namespace

Expected<std::vector<HistoryRow>, SqlError> read_history(const Query& query,
                                                         const DatabaseState& state,
                                                         const TableNames& names,
                                                         std::size_t limit) {
    std::vector<HistoryRow> history;
    if (state.layout == 0) return history;
    auto rows = query(fmt::format(
        "SELECT id, operation, revision, direction, outcome, {}, {},"
        " (EXTRACT(epoch FROM finished_at - started_at) * 1000)::bigint, statements, checksum,"
        " actor, \"session_user\", host, version, error, term FROM {}.history"
        " WHERE version_table = {} ORDER BY id DESC{}",
        rfc3339("started_at"), rfc3339("finished_at"), sql::quote_identifier(names.state_schema),
        sql::quote_literal(state.version_table.quoted()),
        limit == 0 ? std::string{} : fmt::format(" LIMIT {}", limit)));
    if (!rows) return unexpected(rows.error());
    history.reserve(rows->size());
    for (const auto& row : *rows) {
        const auto text = [&](std::size_t column) { return row[column].value_or(""); };
        HistoryRow& entry = history.emplace_back();
        entry.id = to_number(row[0]);
        entry.operation = text(1);
        entry.revision = text(2);
        entry.direction = text(3);
        entry.outcome = text(4);
        entry.started_at = text(5);
        entry.finished_at = text(6);
        entry.duration_ms = to_number(row[7]);
        entry.statements = static_cast<int>(to_number(row[8]));
        entry.checksum = text(9);
        entry.actor = text(10);
        entry.session_user = text(11);
        entry.host = text(12);
        entry.version = text(13);
        entry.error = text(14);
        entry.term = to_number(row[15]);
    }
    return history;
}

Expected<std::optional<LockHolder>, SqlError> read_holder(const Query& query,
                                                          const DatabaseState& state,
                                                          const TableNames& names) {
    const LockKey key = lock_key(state.version_table);
    auto rows = query(fmt::format(
        "SELECT l.pid, a.application_name, a.usename, pg_catalog.host(a.client_addr), {}, a.state,"
        " a.query FROM pg_catalog.pg_locks l"
        " LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid"
        " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2"
        " AND l.classid = {} AND l.objid = {} AND l.database = {}"
        " AND l.pid <> pg_catalog.pg_backend_pid() LIMIT 1",
        rfc3339("a.backend_start"), static_cast<std::uint32_t>(key.classid),
        static_cast<std::uint32_t>(key.objid), state.server.database_oid));
    if (!rows) return unexpected(rows.error());
    if (rows->empty()) return std::optional<LockHolder>{};
    LockHolder holder = holder_of_activity(rows->at(0));
    // The holder of a fresh database makes this table while the reader waits.
    auto signed_in =
        query("SELECT pg_catalog.to_regclass(" +
              sql::quote_literal(sql::quote_identifier(names.state_schema) + ".instance") +
              ") IS NOT NULL");
    if (!signed_in) return unexpected(signed_in.error());
    if (signed_in->at(0)[0] == "t") add_instance(query, names, state.version_table, holder);
    return std::optional<LockHolder>{std::move(holder)};
}

std::string LockHolder::describe() const {
    if (!host.empty()) {
        std::string text =
            fmt::format("revisiond {} on {} (pid {}) since {}", version, host, pid, since);
        if (!doing.empty()) text += ", " + doing;
        if (!url.empty()) text += ", at " + url;
        return text;
    }
    std::string text = fmt::format("server process {}", backend_pid);
    if (!application_name.empty()) text += fmt::format(" \"{}\"", application_name);
    if (!user.empty()) text += " of user " + user;
    text += client_address.empty() ? " on the server's host" : " from " + client_address;
    if (!backend_start.empty()) text += " since " + backend_start;
    return text;
}

}  // namespace revisiond::database
