#include <fmt/format.h>

#include "database/advisory_lock.hpp"
#include "database/database_state.hpp"
#include "database/rows.hpp"
#include "sql/redact.hpp"

namespace revisiond::database {
namespace {

constexpr std::size_t shown_query = 200;

LockHolder holder_of_activity(const Row& row) {
    LockHolder holder;
    holder.backend_pid = number<int>(row, 0);
    holder.application_name = text(row, 1);
    holder.user = text(row, 2);
    holder.client_address = text(row, 3);
    holder.backend_start = text(row, 4);
    holder.state = text(row, 5);
    holder.query = sql::redact_sql(text(row, 6)).substr(0, shown_query);
    return holder;
}

// What the holder wrote of itself. Without the table or the right to read it the report is what
// pg_locks says.
void add_instance(const Query& query, const TableNames& names, const DatabaseState& state,
                  LockHolder& holder) {
    auto rows = query(fmt::format(
        "SELECT i.host, i.pid, i.version, i.url, i.doing, {}, i.term, {} FROM {}.instance i"
        " WHERE i.version_table = {} AND i.backend_pid = {} ORDER BY i.term DESC LIMIT 1",
        rfc3339("i.since"), state.layout >= 2 ? "i.kind = 'daemon'" : "false",
        sql::quote_identifier(names.state_schema), sql::quote_literal(state.version_table.quoted()),
        holder.backend_pid));
    if (!rows || rows->empty()) return;
    const auto& row = rows->at(0);
    holder.host = text(row, 0);
    holder.pid = number<int>(row, 1);
    holder.version = text(row, 2);
    holder.url = text(row, 3);
    holder.doing = text(row, 4);
    holder.since = text(row, 5);
    holder.term = number<std::int64_t>(row, 6);
    holder.leads = text(row, 7) == "t";
}

}  // namespace

Expected<std::vector<HistoryRow>, SqlError> read_history(const Query& query,
                                                         const DatabaseState& state,
                                                         const TableNames& names, std::size_t limit,
                                                         std::int64_t before,
                                                         const std::string& revision) {
    std::vector<HistoryRow> history;
    if (state.layout == 0) return history;
    auto rows = query(fmt::format(
        "SELECT id, operation, revision, direction, outcome, {}, {},"
        " (EXTRACT(epoch FROM finished_at - started_at) * 1000)::bigint, statements, checksum,"
        " actor, {}, \"session_user\", host, version, error, term FROM {}.history"
        " WHERE version_table = {}{}{} ORDER BY id DESC{}",
        rfc3339("started_at"), rfc3339("finished_at"), state.layout >= 3 ? "address" : "''",
        sql::quote_identifier(names.state_schema), sql::quote_literal(state.version_table.quoted()),
        before == 0 ? std::string{} : fmt::format(" AND id < {}", before),
        revision.empty() ? std::string{}
                         : fmt::format(" AND revision = {}", sql::quote_literal(revision)),
        limit == 0 ? std::string{} : fmt::format(" LIMIT {}", limit)));
    if (!rows) return unexpected(rows.error());
    history.reserve(rows->size());
    for (const auto& row : *rows) {
        HistoryRow& entry = history.emplace_back();
        entry.id = number<std::int64_t>(row, 0);
        entry.operation = text(row, 1);
        entry.revision = text(row, 2);
        entry.direction = text(row, 3);
        entry.outcome = text(row, 4);
        entry.started_at = text(row, 5);
        entry.finished_at = text(row, 6);
        entry.duration_ms = number<std::int64_t>(row, 7);
        entry.statements = number<int>(row, 8);
        entry.checksum = text(row, 9);
        entry.actor = text(row, 10);
        entry.address = text(row, 11);
        entry.session_user = text(row, 12);
        entry.host = text(row, 13);
        entry.version = text(row, 14);
        entry.error = text(row, 15);
        entry.term = number<std::int64_t>(row, 16);
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
    if (signed_in->at(0)[0] == "t") add_instance(query, names, state, holder);
    return std::optional<LockHolder>{std::move(holder)};
}

std::string LockHolder::describe() const {
    if (!host.empty()) {
        std::string text = fmt::format("{}revisiond {} on {} (pid {}) since {}",
                                       leads ? "the daemon " : "", version, host, pid, since);
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
