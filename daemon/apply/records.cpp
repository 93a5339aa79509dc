#include "apply/records.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace revisiond::apply {
namespace {

using sql::quote_literal;
using sql::quote_text_array;

std::string or_null(const std::string& text) {
    return text.empty() ? "NULL" : quote_literal(text);
}

// A step that takes its process down this often more is left to a person.
constexpr int resumes = 2;
// A problem as JSON, as far as a command's own words go.
std::string problem_sql(const std::string& error) {
    return error.empty()
               ? "NULL"
               : fmt::format("pg_catalog.jsonb_build_object('message', {})", quote_literal(error));
}

constexpr const char* died = "the process that ran it ended without settling it";

}  // namespace

std::string Scribe::version_table_literal() const {
    return quote_literal(version_table.quoted());
}

std::string Scribe::unsorted_version_rows_sql() const {
    return fmt::format("SELECT version_num::pg_catalog.text FROM {}", version_table.quoted());
}

std::string Scribe::version_rows_sql() const {
    return unsorted_version_rows_sql() + " ORDER BY version_num::pg_catalog.text COLLATE \"C\"";
}

std::string Scribe::change_row_sql(const graph::RowChange& change) const {
    const std::string table = version_table.quoted();
    switch (change.kind) {
        case graph::RowChange::Kind::insert:
            return fmt::format("INSERT INTO {} (version_num) VALUES ({})", table,
                               quote_literal(change.to));
        case graph::RowChange::Kind::update:
            return fmt::format("UPDATE {} SET version_num = {} WHERE version_num = {}", table,
                               quote_literal(change.to), quote_literal(change.from));
        case graph::RowChange::Kind::remove:
            return fmt::format("DELETE FROM {} WHERE version_num = {}", table,
                               quote_literal(change.from));
    }
    throw std::logic_error("a row change of no kind");
}

std::string Scribe::rows_are_sql(std::vector<std::string> rows) const {
    std::sort(rows.begin(), rows.end());
    return fmt::format("ARRAY({}) OPERATOR(pg_catalog.=) {}",
                       rows.size() > 1 ? version_rows_sql() : unsorted_version_rows_sql(),
                       quote_text_array(rows));
}

std::vector<std::string> Scribe::row_changes_sql(const plan::PlanStep& step,
                                                 const std::vector<std::string>& after) const {
    std::vector<std::string> statements;
    for (const graph::RowChange& change : step.row_changes) {
        statements.push_back(change_row_sql(change));
    }
    statements.push_back(require_sql(rows_are_sql(after)));
    return statements;
}

std::vector<std::string> Scribe::books_sql(const plan::PlanStep& step, std::int64_t history_id,
                                           const std::string& started_at) const {
    const bool upgrade = step.direction == graph::Direction::upgrade;
    std::vector<std::string> statements;
    if (upgrade) {
        statements.push_back(remember_sql({{step.revision, step.parents, step.dependencies,
                                            step.upgrade_checksum, step.downgrade_checksum}}));
    }
    HistoryEntry entry;
    entry.id = history_id;
    entry.revision = step.revision;
    entry.direction = graph::to_string(step.direction);
    entry.outcome = upgrade ? "applied" : "reverted";
    entry.started_at = started_at;
    entry.statements = step.statements.size();
    entry.checksum = upgrade ? step.upgrade_checksum : step.downgrade_checksum;
    statements.push_back(history_sql(entry));
    return statements;
}

std::string Scribe::remember_sql(const std::vector<database::RecordedRevision>& revisions) const {
    std::string values;
    for (const database::RecordedRevision& r : revisions) {
        if (!values.empty()) values += ", ";
        values += fmt::format("({}, {}, {}, {}, {}, {})", version_table_literal(),
                              quote_literal(r.revision), quote_text_array(r.parents),
                              quote_text_array(r.dependencies), quote_literal(r.checksum),
                              quote_literal(r.downgrade_checksum));
    }
    return fmt::format(
        "INSERT INTO {} (version_table, revision, parents, dependencies, checksum,"
        " downgrade_checksum) VALUES {} ON CONFLICT (version_table, revision) DO UPDATE SET"
        " parents = EXCLUDED.parents, dependencies = EXCLUDED.dependencies,"
        " checksum = EXCLUDED.checksum, downgrade_checksum = EXCLUDED.downgrade_checksum,"
        " recorded_at = pg_catalog.clock_timestamp()",
        table("revision"), values);
}

std::string Scribe::history_sql(const HistoryEntry& e) const {
    const std::string id =
        e.id ? fmt::format("{}", *e.id)
             : fmt::format("pg_catalog.nextval({})", quote_literal(table("history_id")));
    const std::string started = e.started_at.empty() ? "pg_catalog.clock_timestamp()"
                                                     : fmt::format("pg_catalog.to_timestamp({})",
                                                                   quote_literal(e.started_at));
    return fmt::format(
        "INSERT INTO {} (id, version_table, operation, revision, direction, outcome, started_at,"
        " statements, checksum, actor, address, host, version, term, error)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        table("history"), id, version_table_literal(), quote_literal(operation),
        quote_literal(e.revision), quote_literal(e.direction), quote_literal(e.outcome), started,
        e.statements, or_null(e.checksum), quote_literal(requester.actor),
        quote_literal(requester.address), quote_literal(requester.host),
        quote_literal(requester.version), term, or_null(e.error));
}

std::vector<std::string> Scribe::tell_sql() const {
    return {"SET LOCAL lock_timeout TO '10s'", database::lock_events_sql(key()),
            database::notify_sql(key(), "operation")};
}

std::vector<std::string> Scribe::begin_operation_sql(const std::string& kind,
                                                     const std::string& target,
                                                     const std::vector<std::string>& revisions,
                                                     const std::string& digest) const {
    std::vector<std::string> statements = tell_sql();
    statements.push_back(fmt::format(
        "INSERT INTO {} (id, version_table, kind, target, revisions, digest, state, actor, host,"
        " term) VALUES ({}, {}, {}, {}, {}, {}, 'running', {}, {}, {})",
        table("operation"), quote_literal(operation), version_table_literal(), quote_literal(kind),
        quote_literal(target), quote_text_array(revisions), quote_literal(digest),
        quote_literal(requester.actor), quote_literal(requester.host), term));
    statements.push_back(fmt::format(
        "INSERT INTO {} (version_table, operation, number, type, data) SELECT version_table, id, 1,"
        " 'started', pg_catalog.jsonb_build_object('term', term, 'host', host) FROM {}"
        " WHERE id = {}",
        table("event"), table("operation"), quote_literal(operation)));
    return statements;
}

std::vector<std::string> Scribe::end_operation_sql(const std::string& state,
                                                   const std::string& error) const {
    std::vector<std::string> statements = tell_sql();
    statements.push_back(fmt::format(
        "WITH ended AS (UPDATE {operation} SET state = {state},"
        " finished_at = pg_catalog.clock_timestamp(), error = {error}, problem = {problem}"
        " WHERE id = {id} AND term = {term} AND state = 'running' RETURNING *)"
        " INSERT INTO {event} (version_table, operation, number, type, data) SELECT"
        " o.version_table, o.id, 1 + (SELECT max(e.number) FROM {event} e WHERE e.operation ="
        " o.id), 'finished', pg_catalog.jsonb_build_object('state', o.state, 'applied', ARRAY("
        "SELECT h.revision FROM {history} h WHERE h.operation = o.id AND h.outcome IN ('applied',"
        " 'reverted', 'stamped') ORDER BY h.id), 'rows', ARRAY({rows}), 'error', o.problem)"
        " FROM ended o",
        fmt::arg("operation", table("operation")), fmt::arg("event", table("event")),
        fmt::arg("history", table("history")), fmt::arg("rows", version_rows_sql()),
        fmt::arg("state", quote_literal(state)), fmt::arg("error", or_null(error)),
        fmt::arg("problem", problem_sql(error)), fmt::arg("id", quote_literal(operation)),
        fmt::arg("term", term)));
    statements.push_back(leave_sql());
    return statements;
}

std::string Scribe::is_ours_sql() const {
    return fmt::format(
        "EXISTS (SELECT FROM {} WHERE id = {} AND version_table = {} AND state = 'running'"
        " AND term = {})",
        table("operation"), quote_literal(operation), version_table_literal(), term);
}

std::string Scribe::settle_operations_sql() const {
    return fmt::format(
        "WITH dead AS (SELECT o.*, (SELECT r.revision"
        " FROM pg_catalog.unnest(o.revisions) WITH ORDINALITY r(revision, n)"
        " WHERE NOT EXISTS (SELECT FROM {history} h WHERE h.operation = o.id"
        " AND h.revision = r.revision AND h.outcome IN ('applied', 'reverted', 'stamped'))"
        " ORDER BY r.n LIMIT 1) AS at_revision FROM {operation} o"
        " WHERE o.version_table = {vt} AND o.state = 'running'),"
        " judged AS (SELECT dead.*, CASE WHEN crashed_revision IS NOT DISTINCT FROM at_revision"
        " THEN crashes + 1 ELSE 1 END AS deaths FROM dead),"
        " sentence AS (SELECT judged.*, CASE WHEN origin = 'command' THEN 'interrupted'"
        " WHEN cancel_requested THEN 'cancelled' WHEN deaths > {resumes} THEN 'waiting_for_person'"
        " ELSE 'queued' END AS becomes FROM judged),"
        " settled AS (UPDATE {operation} o SET state = s.becomes, crashes = s.deaths,"
        " crashed_revision = s.at_revision, error = CASE s.becomes WHEN 'queued' THEN NULL"
        " ELSE '{died}' END, problem = CASE s.becomes WHEN 'queued' THEN NULL ELSE {problem} END,"
        " finished_at = CASE s.becomes WHEN 'queued' THEN NULL"
        " ELSE pg_catalog.clock_timestamp() END FROM sentence s WHERE o.id = s.id),"
        " noted AS (INSERT INTO {history} (version_table, operation, revision, direction, outcome,"
        " started_at, statements, actor, address, host, version, term, error)"
        " SELECT {vt}, id, at_revision, kind, 'interrupted', started_at, 0, actor, address, host,"
        " {version},"
        " term, '{died}' FROM sentence"
        " WHERE at_revision IS NOT NULL AND kind IN ('upgrade', 'downgrade')),"
        " told AS (INSERT INTO {event} (version_table, operation, number, type, data)"
        " SELECT {vt}, s.id, m.number + v.n, v.type, v.data FROM sentence s CROSS JOIN LATERAL"
        " (SELECT COALESCE(max(e.number), 0) AS number FROM {event} e WHERE e.operation = s.id) m"
        " CROSS JOIN LATERAL (VALUES (1, 'settled', pg_catalog.jsonb_build_object('text',"
        " '{died}' || COALESCE(' at revision ' || s.at_revision, '') || CASE s.becomes"
        " WHEN 'queued' THEN '; it goes on from there'"
        " WHEN 'waiting_for_person' THEN ', for the third time: look before it is tried again'"
        " ELSE '' END, 'host', s.host, 'term', s.term, 'revision', s.at_revision)),"
        " (2, 'finished', pg_catalog.jsonb_build_object('state', s.becomes, 'applied', ARRAY(SELECT"
        " h.revision FROM {history} h WHERE h.operation = s.id AND h.outcome IN ('applied',"
        " 'reverted', 'stamped') ORDER BY h.id), 'error', {problem})))"
        " v(n, type, data) WHERE v.n = 1 OR s.becomes <> 'queued' ORDER BY s.id, v.n)"
        " SELECT kind, COALESCE(at_revision, ''), host, started_at::text FROM sentence",
        fmt::arg("operation", table("operation")), fmt::arg("history", table("history")),
        fmt::arg("event", table("event")), fmt::arg("vt", version_table_literal()),
        fmt::arg("died", died), fmt::arg("resumes", resumes),
        fmt::arg("problem", problem_sql(died)),
        fmt::arg("version", quote_literal(requester.version)));
}

std::string Scribe::end_terms_sql() const {
    return fmt::format(
        "WITH gone AS (DELETE FROM {0} WHERE version_table = {1} AND kind = 'command')"
        " UPDATE {0} SET term = 0, backend_pid = 0, doing = ''"
        " WHERE version_table = {1} AND kind = 'daemon' AND term > 0",
        table("instance"), version_table_literal());
}

std::string Scribe::instance_sql(int pid, int backend_pid) const {
    return fmt::format(
        "INSERT INTO {0} (id, version_table, host, pid, backend_pid, version, url, term, doing)"
        " VALUES (pg_catalog.gen_random_uuid(), {1}, {2}, {3}, {4}, {5}, '', {6}, {7})",
        table("instance"), version_table_literal(), quote_literal(requester.host), pid, backend_pid,
        quote_literal(requester.version), term, quote_literal(requester.doing));
}

std::string Scribe::leader_sql(const std::string& instance, const std::string& url, int pid,
                               int backend_pid) const {
    return fmt::format(
        "INSERT INTO {} (id, version_table, kind, host, pid, backend_pid, version, url, term, "
        "doing)"
        " VALUES ({}, {}, 'daemon', {}, {}, {}, {}, {}, {}, '') ON CONFLICT (id) DO UPDATE SET"
        " backend_pid = EXCLUDED.backend_pid, term = EXCLUDED.term, doing = '',"
        " since = pg_catalog.clock_timestamp(), heartbeat = pg_catalog.clock_timestamp()",
        table("instance"), quote_literal(instance), version_table_literal(),
        quote_literal(requester.host), pid, backend_pid, quote_literal(requester.version),
        quote_literal(url), term);
}

std::string Scribe::leave_sql() const {
    return fmt::format("DELETE FROM {} WHERE version_table = {} AND term = {} AND kind = 'command'",
                       table("instance"), version_table_literal(), term);
}

std::string Scribe::journal_started_sql(const std::string& revision, const std::string& direction,
                                        std::size_t position, const std::string& hash,
                                        const std::string& probe,
                                        const std::string& statement) const {
    return fmt::format(
        "INSERT INTO {} (version_table, revision, direction, position, statement_hash, state,"
        " probe, statement, operation) VALUES ({}, {}, {}, {}, {}, 'started', {}, {}, {})"
        " ON CONFLICT (version_table, revision, direction, position) DO UPDATE SET"
        " statement_hash = EXCLUDED.statement_hash, state = 'started', probe = EXCLUDED.probe,"
        " statement = EXCLUDED.statement, operation = EXCLUDED.operation, error = NULL,"
        " started_at = pg_catalog.clock_timestamp(), finished_at = NULL",
        table("journal"), version_table_literal(), quote_literal(revision),
        quote_literal(direction), position, quote_literal(hash), quote_literal(probe),
        quote_literal(statement), quote_literal(operation));
}

std::string Scribe::journal_state_sql(const std::string& revision, const std::string& direction,
                                      std::size_t position, const std::string& state,
                                      const std::string& error) const {
    return fmt::format(
        "UPDATE {} SET state = {}, error = {}, finished_at = pg_catalog.clock_timestamp()"
        " WHERE version_table = {} AND revision = {} AND direction = {} AND position = {}",
        table("journal"), quote_literal(state), or_null(error), version_table_literal(),
        quote_literal(revision), quote_literal(direction), position);
}

std::string Scribe::journal_forget_sql(const std::string& direction) const {
    return fmt::format(
        "DELETE FROM {} WHERE version_table = {} AND direction <> {}"
        " AND state IN ('failed', 'resolved_retry')",
        table("journal"), version_table_literal(), quote_literal(direction));
}

std::string Scribe::journal_forget_all_sql() const {
    return fmt::format("DELETE FROM {} WHERE version_table = {}", table("journal"),
                       version_table_literal());
}

std::string Scribe::journal_clear_sql(const std::string& revision,
                                      const std::string& direction) const {
    return fmt::format(
        "DELETE FROM {} WHERE version_table = {} AND revision = {} AND direction = {}",
        table("journal"), version_table_literal(), quote_literal(revision),
        quote_literal(direction));
}

}  // namespace revisiond::apply
