#include "database/state_schema.hpp"

#include <fmt/format.h>

#include <thread>

#include "database/advisory_lock.hpp"
#include "sql/begin.hpp"

namespace revisiond::database {
namespace {

using namespace std::chrono_literals;

// Layout 1. {schema} is the quoted schema, {literal} the same inside a string literal.
constexpr const char* layout_1 = R"(
CREATE TABLE IF NOT EXISTS {schema}.layout (version integer NOT NULL);
INSERT INTO {schema}.layout SELECT 1 WHERE NOT EXISTS (SELECT FROM {schema}.layout);
CREATE SEQUENCE IF NOT EXISTS {schema}.term;
CREATE SEQUENCE IF NOT EXISTS {schema}.history_id;
CREATE TABLE IF NOT EXISTS {schema}.revision (
    version_table text NOT NULL,
    revision text NOT NULL,
    parents text[] NOT NULL,
    dependencies text[] NOT NULL,
    checksum text NOT NULL,
    downgrade_checksum text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    PRIMARY KEY (version_table, revision)
);
CREATE TABLE IF NOT EXISTS {schema}.operation (
    id uuid PRIMARY KEY,
    version_table text NOT NULL,
    kind text NOT NULL,
    target text NOT NULL,
    revisions text[] NOT NULL,
    digest text NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'interrupted')),
    started_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    finished_at timestamptz,
    actor text NOT NULL,
    host text NOT NULL,
    term bigint NOT NULL,
    error text
);
CREATE INDEX IF NOT EXISTS operation_running ON {schema}.operation (version_table) WHERE state = 'running';
CREATE TABLE IF NOT EXISTS {schema}.history (
    id bigint PRIMARY KEY DEFAULT pg_catalog.nextval({literal}),
    version_table text NOT NULL,
    operation uuid NOT NULL,
    revision text NOT NULL,
    direction text NOT NULL CHECK (direction IN ('upgrade', 'downgrade', 'stamp')),
    outcome text NOT NULL
        CHECK (outcome IN ('applied', 'reverted', 'stamped', 'failed', 'interrupted')),
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    statements integer NOT NULL,
    checksum text,
    actor text NOT NULL,
    "session_user" text NOT NULL DEFAULT SESSION_USER,
    host text NOT NULL,
    version text NOT NULL,
    term bigint NOT NULL,
    error text
);
CREATE INDEX IF NOT EXISTS history_version_table ON {schema}.history (version_table, id);
CREATE TABLE IF NOT EXISTS {schema}.journal (
    version_table text NOT NULL,
    revision text NOT NULL,
    direction text NOT NULL,
    position integer NOT NULL,
    statement_hash text NOT NULL,
    state text NOT NULL
        CHECK (state IN ('started', 'done', 'failed', 'resolved_done', 'resolved_retry')),
    probe text NOT NULL,
    statement text NOT NULL,
    error text,
    operation uuid NOT NULL,
    started_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    finished_at timestamptz,
    PRIMARY KEY (version_table, revision, direction, position)
);
CREATE TABLE IF NOT EXISTS {schema}.instance (
    id uuid PRIMARY KEY,
    version_table text NOT NULL,
    host text NOT NULL,
    pid integer NOT NULL,
    backend_pid integer NOT NULL,
    version text NOT NULL,
    url text NOT NULL,
    term bigint NOT NULL,
    since timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    doing text NOT NULL,
    heartbeat timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
)";

// ALTER DEFAULT PRIVILEGES may have given rights on what was just made: nobody but the owner keeps
// one.
constexpr const char* revoke_all = R"(
DO $revisiond$
DECLARE grantee text; relation regclass;
BEGIN
  FOR grantee IN
    SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(r.rolname) END
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
         pg_catalog.aclexplode(pg_catalog.array_cat(c.relacl, n.nspacl)) a
         LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
    WHERE n.nspname = {literal} AND a.grantee <> c.relowner
  LOOP
    EXECUTE 'REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM ' || grantee;
    EXECUTE 'REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM ' || grantee;
    EXECUTE 'REVOKE ALL ON SCHEMA {schema} FROM ' || grantee;
  END LOOP;
END $revisiond$;
)";

std::string replace_all(std::string text, const std::string& what, const std::string& with) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
    return text;
}

std::string layout_sql(const std::string& state_schema) {
    const std::string schema = sql::quote_identifier(state_schema);
    const std::string sequence = sql::quote_literal(schema + ".history_id") + "::regclass";
    return replace_all(replace_all(layout_1, "{schema}", schema), "{literal}", sequence);
}

std::string revoke_sql(const std::string& state_schema) {
    // Inside EXECUTE '…' the quoted schema is part of a literal: its single quotes are doubled.
    const std::string schema = replace_all(sql::quote_identifier(state_schema), "'", "''");
    return replace_all(replace_all(revoke_all, "{schema}", schema), "{literal}",
                       sql::quote_literal(state_schema));
}

std::string create_sql(const std::string& state_schema) {
    return "CREATE SCHEMA IF NOT EXISTS " + sql::quote_identifier(state_schema) + ";" +
           layout_sql(state_schema) + revoke_sql(state_schema);
}

// Creators of one schema meet here; each try is a transaction of its own that holds nothing while
// waiting.
Expected<bool, SqlError> begin_under_schema_lock(Session& session, const std::string& schema) {
    const LockKey key = state_schema_lock_key(schema);
    auto begun = session.run(fmt::format("{}; SELECT pg_catalog.pg_try_advisory_xact_lock({})",
                                         sql::begin_transaction, key.arguments()));
    if (!begun) return unexpected(begun.error());
    if (begun->back().rows[0][0] == "t") return true;
    auto rolled_back = session.run("ROLLBACK");
    if (!rolled_back) return unexpected(rolled_back.error());
    return false;
}

}  // namespace

std::string ensure_version_sql(const TableNames& names, const std::string& role) {
    const std::string schema = sql::quote_identifier(names.state_schema);
    const std::string table = names.version_table.quoted();
    std::string script = "-- Run once by a role that may create; afterwards " + role +
                         " needs no right to create.\n" +
                         "BEGIN;\n"
                         "CREATE TABLE IF NOT EXISTS " +
                         table +
                         " (version_num varchar(255) NOT NULL,"
                         " CONSTRAINT " +
                         sql::quote_identifier(names.version_table.name + "_pkc") +
                         " PRIMARY KEY (version_num));\n" + create_sql(names.state_schema);
    const std::string grantee = sql::quote_identifier(role);
    script += "GRANT SELECT, INSERT, UPDATE, DELETE ON " + table + " TO " + grantee + ";\n";
    script += "GRANT USAGE ON SCHEMA " + schema + " TO " + grantee + ";\n";
    script += "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA " + schema + " TO " +
              grantee + ";\n";
    script += "GRANT USAGE ON ALL SEQUENCES IN SCHEMA " + schema + " TO " + grantee + ";\n";
    return script + "COMMIT;\n";
}

Expected<Done, SqlError> ensure_state_schema(Session& session, const TableNames& names) {
    const std::string layout_table = sql::quote_identifier(names.state_schema) + ".layout";
    while (true) {
        auto locked = begin_under_schema_lock(session, names.state_schema);
        if (!locked) return unexpected(locked.error());
        if (*locked) break;
        std::this_thread::sleep_for(50ms);
    }
    auto present = session.run("SELECT pg_catalog.to_regclass(" + sql::quote_literal(layout_table) +
                               ") IS NOT NULL");
    if (!present) return unexpected(present.error());
    const bool create = present->at(0).rows[0][0] != "t";
    auto made = session.run((create ? create_sql(names.state_schema) : std::string{}) + "COMMIT");
    if (!made) {
        // The first error is the one worth telling; a lost session has nothing to roll back.
        if (!session.lost()) [[maybe_unused]]
            auto ignored = session.run("ROLLBACK");
        return unexpected(made.error());
    }
    return Done{};
}

}  // namespace revisiond::database
