#include "database/database_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <queue>
#include <set>

#include "database/advisory_lock.hpp"
#include "database/rows.hpp"
#include "database/text_array.hpp"
#include "sql/redact.hpp"

namespace revisiond::database {
namespace {

// All are PUBLIC's unless someone revoked them; without them a change of server goes unnoticed,
// nothing worse. A standby that was promoted writes to its new timeline at once, but its control
// file tells the old one until the next checkpoint has ended.
constexpr const char* control_sql =
    "SELECT (SELECT system_identifier FROM pg_catalog.pg_control_system()),"
    " CASE WHEN pg_catalog.pg_is_in_recovery()"
    " THEN (SELECT timeline_id FROM pg_catalog.pg_control_checkpoint())"
    " ELSE pg_catalog.concat('x', pg_catalog.substr(pg_catalog.pg_walfile_name("
    "pg_catalog.pg_current_wal_insert_lsn()), 1, 8))::pg_catalog.bit(32)::pg_catalog.int8 END";

Expected<Done, SqlError> read_identity(const Query& query, ServerIdentity& identity) {
    auto rows = query(
        "SELECT d.oid, d.datname, session_user, pg_catalog.current_setting('server_version_num'),"
        " pg_catalog.pg_is_in_recovery() FROM pg_catalog.pg_database d"
        " WHERE d.datname = pg_catalog.current_database()");
    if (!rows) return unexpected(rows.error());
    const Row& row = rows->at(0);
    identity.database_oid = number<std::uint64_t>(row, 0);
    identity.database = text(row, 1);
    identity.user = text(row, 2);
    identity.server_version = number<int>(row, 3);
    identity.in_recovery = text(row, 4) == "t";
    if (auto control = query(control_sql)) {
        identity.system_identifier = text(control->at(0), 0);
        identity.timeline = number<std::uint64_t>(control->at(0), 1);
    } else if (control.error().connection_lost) {
        return unexpected(control.error());
    }
    return Done{};
}

Expected<Done, SqlError> read_version_table(const Query& query, const TableNames& names,
                                            DatabaseState& state) {
    const std::string wanted = sql::quote_literal(names.version_table.quoted());
    auto found = query(fmt::format(
        "SELECT n.nspname, a.atttypmod, pg_catalog.current_schema() FROM (SELECT 1) one"
        " LEFT JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass({})"
        " LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
        " LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'version_num'",
        wanted));
    if (!found) return unexpected(found.error());
    const Row& row = found->at(0);
    state.version_table = names.version_table;
    state.version_table_exists = row[0].has_value();
    if (state.version_table_exists) {
        state.version_table.schema = text(row, 0);
        const int modifier = number<int>(row, 1);
        state.version_width = modifier > 4 ? modifier - 4 : 0;
    }
    if (state.version_table.schema.empty()) state.version_table.schema = text(row, 2);
    if (!names.version_table.schema.empty()) return Done{};
    // A visible one was made by another process since the question before: it is not elsewhere.
    auto others = query(fmt::format(
        "SELECT n.nspname FROM pg_catalog.pg_class c"
        " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'version_num'"
        " WHERE c.relname = {} AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'"
        " AND NOT pg_catalog.pg_table_is_visible(c.oid) ORDER BY 1",
        sql::quote_literal(names.version_table.name)));
    if (!others) return unexpected(others.error());
    for (const Row& other : *others) state.elsewhere.push_back(text(other, 0));
    return Done{};
}

Expected<Done, SqlError> read_rows(const Query& query, DatabaseState& state) {
    if (!state.version_table_exists) return Done{};
    auto rows = query("SELECT version_num::text FROM " + state.version_table.quoted());
    if (!rows) return unexpected(rows.error());
    for (const Row& row : *rows) state.rows.push_back(text(row, 0));
    std::sort(state.rows.begin(), state.rows.end());
    return Done{};
}

Expected<Done, SqlError> read_recorded(const Query& query, const TableNames& names,
                                       DatabaseState& state) {
    if (state.layout == 0) return Done{};
    const std::string version_table = sql::quote_literal(state.version_table.quoted());
    auto revisions =
        query(fmt::format("SELECT revision, parents, dependencies, checksum, downgrade_checksum"
                          " FROM {}.revision WHERE version_table = {}",
                          sql::quote_identifier(names.state_schema), version_table));
    if (!revisions) return unexpected(revisions.error());
    state.recorded = RecordedRevisions(*revisions);
    return Done{};
}

Expected<Done, SqlError> read_journal(const Query& query, const std::string& schema,
                                      DatabaseState& state) {
    const std::string version_table = sql::quote_literal(state.version_table.quoted());
    auto journal = query(
        fmt::format("SELECT revision, direction, position, statement_hash, state, probe, statement,"
                    " error FROM {}.journal WHERE version_table = {}"
                    " ORDER BY revision, direction, position",
                    schema, version_table));
    if (!journal) return unexpected(journal.error());
    for (const Row& row : *journal) {
        state.journal.push_back({text(row, 0), text(row, 1), number<int>(row, 2), text(row, 3),
                                 text(row, 4), text(row, 5), text(row, 6), text(row, 7)});
    }
    return Done{};
}

// Whoever may INSERT into these tables can make revisiond believe what it likes.
Expected<Done, SqlError> read_foreign_writers(const Query& query, const TableNames& names,
                                              DatabaseState& state) {
    auto rows = query(fmt::format(
        "SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE r.rolname END"
        " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
        " CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) a"
        " LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee"
        " WHERE n.nspname = {} AND a.privilege_type = 'INSERT' AND a.grantee <> c.relowner"
        " AND (r.rolname IS NULL OR r.rolname <> session_user) ORDER BY 1",
        sql::quote_literal(names.state_schema)));
    if (!rows) return unexpected(rows.error());
    for (const Row& row : *rows) state.foreign_writers.push_back(text(row, 0));
    return Done{};
}

Expected<Done, SqlError> read_layout(const Query& query, const TableNames& names,
                                     DatabaseState& state) {
    const std::string schema = sql::quote_identifier(names.state_schema);
    auto present = query("SELECT pg_catalog.to_regclass(" + sql::quote_literal(schema + ".layout") +
                         ") IS NOT NULL");
    if (!present) return unexpected(present.error());
    if (text(present->at(0), 0) != "t") return Done{};
    auto layout = query("SELECT version FROM " + schema + ".layout");
    if (!layout) return unexpected(layout.error());
    state.layout = layout->empty() ? 0 : number<int>(layout->at(0), 0);
    return Done{};
}

Expected<Done, SqlError> read_state_schema(const Query& query, const TableNames& names,
                                           DatabaseState& state) {
    if (auto done = read_layout(query, names, state); !done) return done;
    if (state.layout == 0) return Done{};
    const std::string schema = sql::quote_identifier(names.state_schema);
    if (auto done = read_journal(query, schema, state); !done) return done;
    auto running = read_running(query, state, names);
    if (!running) return unexpected(running.error());
    state.running = std::move(*running);
    return read_foreign_writers(query, names, state);
}

}  // namespace

Query query_of(Connection& connection) {
    return [&connection](const std::string& sql) { return connection.query(sql); };
}

Query query_of(Session& session) {
    return [&session](const std::string& sql) -> Expected<Rows, SqlError> {
        auto tables = session.run(sql);
        if (!tables) return unexpected(tables.error());
        return std::move(tables->at(0).rows);
    };
}

std::optional<Query> query_of_new_session(const ConnectionParameters& parameters,
                                          std::stop_token stop) {
    auto session = Session::open(parameters, std::move(stop));
    if (!session) return std::nullopt;
    const auto kept = std::make_shared<Session>(*std::move(session));
    return [kept, query = query_of(*kept)](const std::string& sql) { return query(sql); };
}

Expected<DatabaseState, SqlError> read_state(const Query& query, const TableNames& names) {
    auto state = read_position(query, names);
    if (!state) return state;
    if (auto done = read_recorded(query, names, *state); !done) return unexpected(done.error());
    return state;
}

Expected<DatabaseState, SqlError> read_position(const Query& query, const TableNames& names) {
    DatabaseState state;
    if (auto done = read_identity(query, state.server); !done) return unexpected(done.error());
    if (auto done = read_version_table(query, names, state); !done) return unexpected(done.error());
    if (auto done = read_rows(query, state); !done) return unexpected(done.error());
    if (auto done = read_state_schema(query, names, state); !done) return unexpected(done.error());
    return state;
}

Expected<DatabaseState, SqlError> read_outline(const Query& query, const TableNames& names) {
    DatabaseState state;
    if (auto done = read_version_table(query, names, state); !done) return unexpected(done.error());
    if (auto done = read_layout(query, names, state); !done) return unexpected(done.error());
    return state;
}

Expected<std::string, SqlError> read_fingerprint(const Query& query, const TableNames& names,
                                                 const DatabaseState& state) {
    const std::string schema = sql::quote_identifier(names.state_schema);
    const std::string version_table = sql::quote_literal(state.version_table.quoted());
    const LockKey key = lock_key(state.version_table);
    std::string facts = fmt::format(
        "SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.to_regclass({}), "
        "pg_catalog.to_regclass({}),"
        " (SELECT pg_catalog.array_agg(l.pid) FROM pg_catalog.pg_locks l WHERE l.locktype ="
        " 'advisory' AND l.granted AND l.objsubid = 2 AND l.classid = {} AND l.objid = {}"
        " AND l.database = {})",
        sql::quote_literal(names.version_table.quoted()), sql::quote_literal(schema + ".layout"),
        static_cast<std::uint32_t>(key.classid), static_cast<std::uint32_t>(key.objid),
        state.server.database_oid);
    if (state.version_table_exists) {
        facts += ", (SELECT pg_catalog.array_agg(version_num ORDER BY version_num) FROM " +
                 state.version_table.quoted() + ")";
    }
    if (state.layout > 0) {
        facts += fmt::format(
            ", (SELECT version FROM {0}.layout LIMIT 1), (SELECT max(recorded_at) FROM {0}.revision"
            " WHERE version_table = {1}), (SELECT pg_catalog.array_agg((position, state) ORDER BY"
            " revision, position)::text FROM {0}.journal WHERE version_table = {1}), (SELECT"
            " pg_catalog.array_agg((term, doing) ORDER BY id)::text FROM {0}.instance"
            " WHERE version_table = {1} AND term > 0), (SELECT pg_catalog.array_agg((id, state)"
            " ORDER BY id)::text FROM (SELECT id, state FROM {0}.operation WHERE version_table ="
            " {1} ORDER BY started_at DESC LIMIT 20) newest)",
            schema, version_table);
    }
    auto rows = query(facts);
    if (!rows) return unexpected(rows.error());
    std::string fingerprint;
    for (const auto& value : rows->at(0)) fingerprint += value.value_or("-") + "|";
    return fingerprint;
}

Expected<std::vector<RunningOperation>, SqlError> read_running(const Query& query,
                                                               const DatabaseState& state,
                                                               const TableNames& names) {
    std::vector<RunningOperation> running;
    if (state.layout == 0) return running;
    auto rows = query(
        fmt::format("SELECT id, kind, target, revisions, {}, actor, host, term FROM {}.operation"
                    " WHERE version_table = {} AND state = 'running' ORDER BY started_at",
                    rfc3339("started_at"), sql::quote_identifier(names.state_schema),
                    sql::quote_literal(state.version_table.quoted())));
    if (!rows) return unexpected(rows.error());
    for (const Row& row : *rows) {
        running.push_back({text(row, 0), text(row, 1), text(row, 2), parse_text_array(text(row, 3)),
                           text(row, 4), text(row, 5), text(row, 6), number<std::int64_t>(row, 7)});
    }
    return running;
}

std::vector<std::string> recorded_ancestors(const DatabaseState& state,
                                            const std::vector<std::string>& rows) {
    std::set<std::string> seen;
    std::queue<std::string> waiting;
    for (const std::string& row : rows) waiting.push(row);
    while (!waiting.empty()) {
        const std::string revision = std::move(waiting.front());
        waiting.pop();
        const auto record = state.recorded.find(revision);
        if (!record || !seen.insert(revision).second) continue;
        for (const std::string& parent : record->parents) waiting.push(parent);
        for (const std::string& dependency : record->dependencies) waiting.push(dependency);
    }
    return {seen.begin(), seen.end()};
}

}  // namespace revisiond::database
