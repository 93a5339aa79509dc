#include "database/operation.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "database/advisory_lock.hpp"
#include "database/rows.hpp"
#include "database/text_array.hpp"

namespace revisiond::database {
namespace {

// Among how many of the newest operations a failure is looked for.
constexpr int failures_looked_for = 200;

using sql::quote_literal;

Event event_of(const Row& row) {
    Event event;
    event.id = number<std::int64_t>(row, 0);
    event.operation = text(row, 1);
    event.number = number<int>(row, 2);
    event.at = text(row, 3);
    event.type = text(row, 4);
    event.data = row[5].value_or("{}");
    return event;
}

std::string event_columns() {
    return "e.id, e.operation, e.number, " + rfc3339("e.at") + ", e.type, e.data";
}

Expected<std::vector<Event>, SqlError> events_of(Expected<Rows, SqlError> rows) {
    if (!rows) return unexpected(std::move(rows.error()));
    std::vector<Event> events;
    events.reserve(rows->size());
    for (const Row& row : *rows) events.push_back(event_of(row));
    return events;
}

Expected<std::vector<Operation>, SqlError> operations_where(const Query& query, const StateKey& key,
                                                            const std::string& condition,
                                                            std::size_t limit) {
    auto rows = query(fmt::format(
        "SELECT {} FROM {} o WHERE o.version_table = {} AND {} ORDER BY o.number DESC LIMIT {}",
        operation_columns(key), key.table("operation"), key.version_table, condition, limit));
    if (!rows) return unexpected(std::move(rows.error()));
    std::vector<Operation> operations;
    operations.reserve(rows->size());
    for (const Row& row : *rows) operations.push_back(operation_of(row));
    return operations;
}

Expected<std::optional<Operation>, SqlError> operation_where(const Query& query,
                                                             const StateKey& key,
                                                             const std::string& condition) {
    auto found = operations_where(query, key, condition, 1);
    if (!found) return unexpected(std::move(found.error()));
    if (found->empty()) return std::optional<Operation>{};
    return std::optional<Operation>{std::move(found->front())};
}

}  // namespace

StateKey state_key(const TableNames& names, const sql::QualifiedName& version_table) {
    return {sql::quote_identifier(names.state_schema), quote_literal(version_table.quoted())};
}

std::string operation_columns(const StateKey& key) {
    return fmt::format(
        "o.id, o.number, o.kind, o.target, o.origin, o.targets, o.arguments, o.dry_run, o.state,"
        " o.revisions, ARRAY(SELECT h.revision FROM {} h WHERE h.operation = o.id"
        " AND h.outcome IN ('applied', 'reverted', 'stamped') ORDER BY h.id), o.digest,"
        " o.plan_checked, o.acknowledge, o.system_identifier, o.database_oid, o.payload_hash, {},"
        " {}, {}, o.actor, o.address, o.host, o.term, o.attempts, o.cancel_requested,"
        " o.cancelled_by, o.error, o.problem,"
        " CASE o.kind WHEN 'drift' THEN o.result - 'differences' ELSE o.result END",
        key.table("history"), rfc3339("o.created_at"), rfc3339("o.started_at"),
        rfc3339("o.finished_at"));
}

Operation operation_of(const Row& row) {
    const auto list = [&](std::size_t column) { return parse_text_array(text(row, column)); };
    Operation o;
    o.id = text(row, 0);
    o.number = number<std::int64_t>(row, 1);
    o.kind = text(row, 2);
    o.target = text(row, 3);
    o.origin = text(row, 4);
    o.targets = list(5);
    o.arguments = list(6);
    o.dry_run = text(row, 7) == "t";
    o.state = text(row, 8);
    o.revisions = list(9);
    o.applied = list(10);
    o.digest = text(row, 11);
    o.plan_checked = text(row, 12) == "t";
    o.acknowledge = list(13);
    o.system_identifier = text(row, 14);
    o.database_oid = number<std::uint64_t>(row, 15);
    o.payload_hash = text(row, 16);
    o.created_at = text(row, 17);
    o.started_at = text(row, 18);
    o.finished_at = text(row, 19);
    o.actor = text(row, 20);
    o.address = text(row, 21);
    o.host = text(row, 22);
    o.term = number<std::int64_t>(row, 23);
    o.attempts = number<int>(row, 24);
    o.cancel_requested = text(row, 25) == "t";
    o.cancelled_by = text(row, 26);
    o.error = text(row, 27);
    o.problem = text(row, 28);
    o.result = text(row, 29);
    return o;
}

Expected<std::vector<Operation>, SqlError> read_operations(const Query& query, const StateKey& key,
                                                           std::size_t limit, std::int64_t before) {
    return operations_where(query, key, before == 0 ? "true" : fmt::format("o.number < {}", before),
                            limit);
}

Expected<std::optional<Operation>, SqlError> read_operation(const Query& query, const StateKey& key,
                                                            const std::string& id) {
    // As text: what is no uuid is the id of no operation, and no error.
    return operation_where(query, key, "o.id::text = " + quote_literal(id));
}

Expected<std::optional<Operation>, SqlError> read_idempotent(const Query& query,
                                                             const StateKey& key,
                                                             const std::string& idempotency_key) {
    return operation_where(query, key, "o.idempotency_key = " + quote_literal(idempotency_key));
}

namespace {

Expected<std::optional<LastDrift>, SqlError> read_last_drift(const Query& query,
                                                             const StateKey& key) {
    auto rows = query(fmt::format(
        "SELECT {}, o.result, pg_catalog.floor(EXTRACT(epoch FROM pg_catalog.clock_timestamp() -"
        " o.finished_at))::pg_catalog.int8 FROM {} o WHERE o.version_table = {} AND"
        " o.kind = 'drift' AND o.state = 'succeeded' ORDER BY o.number DESC LIMIT 1",
        operation_columns(key), key.table("operation"), key.version_table));
    if (!rows) return unexpected(std::move(rows.error()));
    if (rows->empty()) return std::optional<LastDrift>{};
    const Row& row = rows->front();
    LastDrift last{operation_of(row), number<std::int64_t>(row, row.size() - 1)};
    last.operation.result = text(row, row.size() - 2);
    return std::optional(std::move(last));
}

}  // namespace

Expected<DriftState, SqlError> read_drift(const Query& query, const StateKey& key) {
    // First, so that one that ends meanwhile is the last one.
    auto under_way = operation_where(query, key, "o.kind = 'drift' AND o.finished_at IS NULL");
    if (!under_way) return unexpected(std::move(under_way.error()));
    auto last = read_last_drift(query, key);
    if (!last) return unexpected(std::move(last.error()));
    return DriftState{*std::move(last), *std::move(under_way)};
}

Expected<QueueState, SqlError> read_queue(const Query& query, const StateKey& key,
                                          const QueueState& known) {
    // A row's xmin is another one after each change of it, and what took effect is in the history.
    const auto version_of = [&](const char* condition) {
        return fmt::format(
            "(SELECT o.id || ' ' || o.xmin::text || ' ' || (SELECT count(*) FROM {} h WHERE"
            " h.operation = o.id) FROM {} o WHERE o.version_table = {} AND {} LIMIT 1)",
            key.table("history"), key.table("operation"), key.version_table, condition);
    };
    const std::string failed = fmt::format(
        "o.kind = 'upgrade' AND NOT o.dry_run AND o.state IN ('failed', 'waiting_for_person')"
        " AND o.number > (SELECT max(n.number) FROM {0} n WHERE n.version_table = {1}) - {2}"
        " AND NOT EXISTS (SELECT FROM {0} p WHERE p.version_table = {1} AND p.number > o.number"
        " AND p.kind IN ('stamp', 'repair') AND p.state IN ('succeeded', 'nothing_to_do')) ORDER "
        "BY o.number DESC",
        key.table("operation"), key.version_table, failures_looked_for);
    auto versions = query(fmt::format(
        "SELECT {}, {}, {}, (SELECT count(*) FROM {} WHERE version_table = {} AND state = "
        "'queued')",
        version_of("o.state = 'running' ORDER BY o.number DESC"),
        version_of("o.finished_at IS NOT NULL AND o.kind <> 'drift' ORDER BY o.finished_at DESC"),
        version_of(failed.c_str()), key.table("operation"), key.version_table));
    if (!versions) return unexpected(std::move(versions.error()));
    const Row& now = versions->at(0);
    QueueState queue;
    queue.queued = number<std::size_t>(now, 3);
    const auto read = [&](VersionedOperation& slot, const VersionedOperation& before,
                          const std::optional<std::string>& version) -> Expected<Done, SqlError> {
        if (!version) return Done{};
        if (before.version == *version) {
            slot = before;
            return Done{};
        }
        auto found = read_operation(query, key, version->substr(0, version->find(' ')));
        if (!found) return unexpected(std::move(found.error()));
        if (!*found) return Done{};
        slot = {std::make_shared<const Operation>(**std::move(found)), *version};
        return Done{};
    };
    if (auto done = read(queue.running, known.running, now[0]); !done)
        return unexpected(std::move(done.error()));
    if (auto done = read(queue.last, known.last, now[1]); !done)
        return unexpected(std::move(done.error()));
    if (auto done = read(queue.failed, known.failed, now[2]); !done)
        return unexpected(std::move(done.error()));
    return queue;
}

Expected<std::vector<Event>, SqlError> read_events(const Query& query, const StateKey& key,
                                                   const std::string& operation, int after,
                                                   std::size_t limit) {
    return events_of(query(
        fmt::format("SELECT {} FROM {} o JOIN {} e ON e.operation = o.id WHERE o.version_table = {}"
                    " AND o.id::text = {} AND e.number > {} ORDER BY e.number LIMIT {}",
                    event_columns(), key.table("operation"), key.table("event"), key.version_table,
                    quote_literal(operation), after, limit)));
}

Expected<std::vector<Event>, SqlError> read_all_events(const Query& query, const StateKey& key,
                                                       std::int64_t after,
                                                       const std::vector<std::string>& types,
                                                       std::size_t limit) {
    const std::string chosen =
        types.empty() ? "" : " AND e.type = ANY (" + sql::quote_text_array(types) + ")";
    return events_of(query(
        fmt::format("SELECT {} FROM {} e WHERE e.version_table = {} AND e.id > {}{} ORDER BY e.id"
                    " LIMIT {}",
                    event_columns(), key.table("event"), key.version_table, after, chosen, limit)));
}

Expected<std::int64_t, SqlError> last_event_id(const Query& query, const StateKey& key) {
    auto rows = query(fmt::format("SELECT max(id) FROM {} WHERE version_table = {}",
                                  key.table("event"), key.version_table));
    if (!rows) return unexpected(std::move(rows.error()));
    return number<std::int64_t>(rows->at(0), 0);
}

std::string lock_events_sql(const StateKey& key) {
    return fmt::format(
        "SELECT pg_catalog.pg_advisory_xact_lock({})",
        named_lock_key("events of " + key.schema + " " + key.version_table).arguments());
}

std::string append_events_sql(const StateKey& key, const std::string& operation,
                              const std::vector<NewEvent>& events, const std::string& guard) {
    std::string values;
    for (std::size_t n = 0; n < events.size(); ++n) {
        if (n > 0) values += ", ";
        values += fmt::format("({}, {}, {}::pg_catalog.jsonb)", n + 1,
                              quote_literal(events[n].type), quote_literal(events[n].data));
    }
    return fmt::format(
        "INSERT INTO {event} (version_table, operation, number, type, data)"
        " SELECT o.version_table, o.id, v.n + (SELECT COALESCE(max(e.number), 0) FROM {event} e"
        " WHERE e.operation = o.id), v.type, v.data FROM {operation} o,"
        " (VALUES {values}) v(n, type, data) WHERE o.id = {id} AND o.version_table = {vt}"
        " AND ({guard}) ORDER BY v.n",
        fmt::arg("event", key.table("event")), fmt::arg("operation", key.table("operation")),
        fmt::arg("values", values), fmt::arg("id", quote_literal(operation)),
        fmt::arg("vt", key.version_table), fmt::arg("guard", guard));
}

std::string notify_channel(const StateKey& key) {
    return "revisiond_" + to_hex(sha256(key.schema + " " + key.version_table)).substr(0, 32);
}

std::string notify_sql(const StateKey& key, std::string_view payload) {
    return fmt::format("SELECT pg_catalog.pg_notify('{}', {})", notify_channel(key),
                       quote_literal(payload));
}

}  // namespace revisiond::database
