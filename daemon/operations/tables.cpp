#include "operations/tables.hpp"

#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>

#include "operations/queue_session.hpp"
#include "sql/begin.hpp"
#include "wire/event_json.hpp"

namespace revisiond::operations {
namespace {

using sql::quote_literal;
using sql::quote_text_array;

// A daemon that has not been heard of for longer is not counted on.
constexpr int alive_seconds = 15;
constexpr int forget_after_days = 30;
constexpr int forget_at_once = 10'000;
constexpr std::ptrdiff_t words_at_once = 2'000;

std::string or_null(const std::string& text) {
    return text.empty() ? "NULL" : quote_literal(text);
}

std::string living_others(const database::StateKey& key, const std::string& instance) {
    return fmt::format(
        "{} i WHERE i.version_table = {} AND i.kind = 'daemon' AND i.id <> {}"
        " AND i.heartbeat > pg_catalog.clock_timestamp() - '{} s'::pg_catalog.interval",
        key.table("instance"), key.version_table, quote_literal(instance), alive_seconds);
}

}  // namespace

std::string next_sql(const database::StateKey& key, const database::LockKey& lock) {
    return fmt::format(
        "SELECT {}, o.id, o.needs, (EXTRACT(epoch FROM pg_catalog.clock_timestamp() - o.created_at)"
        " * 1000)::bigint FROM (SELECT 1) one LEFT JOIN (SELECT id, needs, created_at FROM {}"
        " WHERE version_table = {} AND state = 'queued' ORDER BY number LIMIT 1) o ON true",
        database::holds_lock_sql(lock), key.table("operation"), key.version_table);
}

std::vector<std::string> claim_sql(const database::StateKey& key, const std::string& operation,
                                   std::int64_t term, const std::string& host,
                                   const std::string& instance) {
    return {
        fmt::format("UPDATE {} o SET state = 'running', term = {}, host = {},"
                    " attempts = o.attempts + 1,"
                    " started_at = COALESCE(o.started_at, pg_catalog.clock_timestamp())"
                    " WHERE o.id = {} AND o.version_table = {} AND o.state = 'queued'"
                    " RETURNING {}",
                    key.table("operation"), term, quote_literal(host), quote_literal(operation),
                    key.version_table, database::operation_columns(key)),
        fmt::format("UPDATE {} i SET doing = o.kind || ' ' || o.target FROM {} o"
                    " WHERE i.id = {} AND o.id = {} AND o.state = 'running'",
                    key.table("instance"), key.table("operation"), quote_literal(instance),
                    quote_literal(operation)),
        database::append_events_sql(key, operation, {{"started", wire::event::started(term, host)}},
                                    running_in_term_sql(term))};
}

std::vector<std::string> end_sql(const database::StateKey& key,
                                 const database::Operation& operation, const Ending& ending,
                                 const std::string& instance) {
    const bool again = ending.state == "queued";
    const database::NewEvent event =
        again
            ? database::NewEvent{"settled", wire::event::text("the daemon on " + operation.host +
                                                              " ends; the operation goes on later")}
            : database::NewEvent{"finished", wire::event::finished(ending.state, ending.applied,
                                                                   ending.rows, ending.problem)};
    const std::string ours = running_in_term_sql(operation.term);
    std::vector<database::NewEvent> events{event};
    if (ending.lost_events > 0) {
        events.insert(events.begin(),
                      {"note", wire::event::text(fmt::format("{} events could not be written",
                                                             ending.lost_events))});
    }
    return {database::append_events_sql(key, operation.id, events, ours),
            fmt::format("UPDATE {} o SET state = {}, finished_at = {}, error = {}, problem = {},"
                        " result = {} WHERE o.id = {} AND {} RETURNING o.id",
                        key.table("operation"), quote_literal(ending.state),
                        again ? "NULL" : "pg_catalog.clock_timestamp()", or_null(ending.error),
                        or_null(ending.problem), or_null(ending.result),
                        quote_literal(operation.id), ours),
            fmt::format("UPDATE {} SET doing = '' WHERE id = {}", key.table("instance"),
                        quote_literal(instance))};
}

std::string resign_sql(const database::StateKey& key, const database::LockKey& lock,
                       const std::string& instance) {
    return fmt::format(
        "{}; UPDATE {} SET term = 0, backend_pid = 0, doing = '' WHERE id = {};"
        " COMMIT; SELECT pg_catalog.pg_advisory_unlock({}); {}",
        sql::begin_transaction, key.table("instance"), quote_literal(instance), lock.arguments(),
        database::notify_sql(key, "lock"));
}

std::string others_have_sql(const database::StateKey& key, const std::string& instance,
                            const std::vector<std::string>& needs) {
    return fmt::format("SELECT EXISTS (SELECT FROM {} AND i.has @> {})",
                       living_others(key, instance), quote_text_array(needs));
}

std::string others_want_sql(const database::StateKey& key, const std::string& instance) {
    return fmt::format("SELECT EXISTS (SELECT FROM {} AND i.wants_to_upgrade)",
                       living_others(key, instance));
}

std::string failed_within_sql(const database::StateKey& key, const std::vector<std::string>& needs,
                              std::chrono::milliseconds time) {
    return fmt::format(
        "SELECT EXISTS (SELECT FROM {} o WHERE o.version_table = {} AND o.origin = 'auto'"
        " AND o.state NOT IN ('succeeded', 'nothing_to_do') AND o.needs @> {} AND o.finished_at >"
        " pg_catalog.clock_timestamp() - '{} ms'::pg_catalog.interval)",
        key.table("operation"), key.version_table, quote_text_array(needs), time.count());
}

std::string heartbeat_sql(const database::StateKey& key, const std::string& instance,
                          const apply::Requester& requester, const std::string& url,
                          bool wants_to_upgrade) {
    return fmt::format(
        "INSERT INTO {} (id, version_table, kind, host, pid, backend_pid, version, url, term, "
        "doing,"
        " wants_to_upgrade) VALUES ({}, {}, 'daemon', {}, {}, 0, {}, {}, 0, '', {})"
        " ON CONFLICT (id) DO UPDATE SET heartbeat = pg_catalog.clock_timestamp(),"
        " wants_to_upgrade = EXCLUDED.wants_to_upgrade",
        key.table("instance"), quote_literal(instance), key.version_table,
        quote_literal(requester.host), getpid(), quote_literal(requester.version),
        quote_literal(url), wants_to_upgrade);
}

std::vector<std::string> provisions_sql(const database::StateKey& key, const std::string& instance,
                                        const std::vector<std::string>& provisions,
                                        const std::string& digest) {
    const std::string table = key.table("instance");
    const std::string id = quote_literal(instance);
    std::vector<std::string> messages = {
        fmt::format("UPDATE {} SET has = ARRAY[]::text[], files_digest = {} WHERE id = {}", table,
                    quote_literal(digest), id)};
    for (auto begin = provisions.begin(); begin != provisions.end();) {
        const auto end = begin + std::min(provisions.end() - begin, words_at_once);
        messages.push_back(fmt::format("UPDATE {} SET has = has || {} WHERE id = {}", table,
                                       quote_text_array({begin, end}), id));
        begin = end;
    }
    return messages;
}

std::string sign_out_sql(const database::StateKey& key, const std::string& instance) {
    return fmt::format("DELETE FROM {} WHERE id = {}", key.table("instance"),
                       quote_literal(instance));
}

std::string end_dead_leader_sql(const database::StateKey& key, const database::LockKey& lock,
                                std::chrono::milliseconds idle) {
    return fmt::format(
        "SELECT pg_catalog.pg_terminate_backend(a.pid) FROM pg_catalog.pg_locks l"
        " JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid"
        " JOIN {} i ON i.backend_pid = a.pid AND i.version_table = {} AND i.kind = 'daemon'"
        " AND i.term > 0 WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2"
        " AND l.classid = {} AND l.objid = {} AND a.datname = pg_catalog.current_database()"
        " AND a.state LIKE 'idle%' AND GREATEST(a.state_change, i.heartbeat)"
        " < pg_catalog.clock_timestamp() - '{} ms'::pg_catalog.interval",
        key.table("instance"), key.version_table, static_cast<std::uint32_t>(lock.classid),
        static_cast<std::uint32_t>(lock.objid), idle.count());
}

std::vector<std::string> prune_sql(const database::StateKey& key) {
    const auto old = [&](const char* column) {
        return fmt::format("{} < pg_catalog.clock_timestamp() - '{} days'::pg_catalog.interval",
                           column, forget_after_days);
    };
    return {fmt::format("DELETE FROM {0} WHERE id IN (SELECT id FROM {0} WHERE version_table = {1}"
                        " AND {2} ORDER BY id LIMIT {3})",
                        key.table("event"), key.version_table, old("at"), forget_at_once),
            // What a person has settled or accepted is in no history.
            fmt::format("DELETE FROM {0} o WHERE o.id IN (SELECT id FROM {0} WHERE version_table ="
                        " {1} AND {2} AND NOT (kind = 'repair' AND state = 'succeeded')"
                        " ORDER BY number LIMIT {3}) AND NOT EXISTS"
                        " (SELECT FROM {4} e WHERE e.operation = o.id)",
                        key.table("operation"), key.version_table, old("finished_at"),
                        forget_at_once, key.table("event")),
            fmt::format("DELETE FROM {} WHERE version_table = {} AND kind = 'daemon' AND heartbeat"
                        " < pg_catalog.clock_timestamp() - '10 min'::pg_catalog.interval",
                        key.table("instance"), key.version_table)};
}

}  // namespace revisiond::operations
