#include "introspection/read_catalog.hpp"

#include <fmt/format.h>

#include "introspection/assembly.hpp"
#include "introspection/kind_query.hpp"
#include "introspection/unknown_objects.hpp"

namespace revisiond::introspection {
namespace {

using database::SqlError;

// Everything that makes the server print the same value otherwise is set for the transaction.
constexpr const char* begin_sql =
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
    " SET LOCAL search_path TO ''; SET LOCAL statement_timeout TO 0;"
    " SET LOCAL extra_float_digits TO 1; SET LOCAL datestyle TO 'ISO, DMY';"
    " SET LOCAL intervalstyle TO postgres; SET LOCAL timezone TO 'UTC';"
    " SET LOCAL bytea_output TO hex; SET LOCAL quote_all_identifiers TO off;"
    " SET LOCAL lock_timeout TO 0";

using Queries = std::vector<std::vector<KindQuery>>;

// Those whose rows others are part of, and then those that may belong to such a part (an index
// that is attached to a constraint's).
Queries first_queries() {
    return {schema_queries(),   foreign_queries(),     type_queries(),     routine_queries(),
            operator_queries(), text_search_queries(), relation_queries(), constraint_queries()};
}

Queries second_queries() {
    return {index_queries(), behaviour_queries(), publication_queries()};
}

// Subscriptions hold passwords, so most roles may know their names alone.
constexpr const char* hidden_subscriptions_sql =
    "SELECT 0, 0, 0, 0, 0, 0, '', s.subname, quote_ident(s.subname), NULL, NULL, NULL, NULL, NULL,"
    " NULL FROM pg_subscription s WHERE s.subdbid = (SELECT d.oid FROM pg_database d"
    " WHERE d.datname = current_database())";

Expected<Done, SqlError> read_kind(const database::Query& query, const KindQuery& kind, int major,
                                   Assembly& assembly) {
    if (major < kind.since) return Done{};
    std::string sql = expand(kind.sql, major);
    if (kind.kind == catalog::Kind::subscription) {
        auto allowed = query(
            "SELECT has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT')");
        if (!allowed) return unexpected(allowed.error());
        if (allowed->at(0).at(0) != "t") sql = hidden_subscriptions_sql;
    }
    auto rows = query(sql);
    if (!rows) return unexpected(rows.error());
    for (auto& row : *rows) assembly.add(kind, row);
    return Done{};
}

Expected<Done, SqlError> read_kinds(const database::Query& query, const Queries& queries, int major,
                                    Assembly& assembly) {
    for (const std::vector<KindQuery>& part : queries) {
        for (const KindQuery& kind : part) {
            if (auto done = read_kind(query, kind, major, assembly); !done) return done;
        }
    }
    return Done{};
}

Expected<Done, SqlError> read_aliases(const database::Query& query, Assembly& assembly, int major) {
    std::vector<const char*> sqls{alias_sql};
    if (major >= 14) sqls.push_back(multirange_alias_sql);
    for (const char* sql : sqls) {
        auto aliases = query(sql);
        if (!aliases) return unexpected(aliases.error());
        for (const auto& row : *aliases) assembly.add_alias(row);
    }
    return Done{};
}

Expected<Done, SqlError> read_all(const database::Query& query, Assembly& assembly, int major) {
    if (auto done = read_kinds(query, first_queries(), major, assembly); !done) return done;
    if (auto done = read_aliases(query, assembly, major); !done) return done;
    if (auto done = read_kinds(query, second_queries(), major, assembly); !done) return done;
    auto dependencies = query(dependency_sql);
    if (!dependencies) return unexpected(dependencies.error());
    for (const auto& row : *dependencies) assembly.add_dependency(row);
    auto comments = query(comment_sql);
    if (!comments) return unexpected(comments.error());
    for (auto& row : *comments) assembly.add_comment(row);
    auto unknown = find_unknown_objects(query, major);
    if (!unknown) return unexpected(unknown.error());
    assembly.set_unknown(*std::move(unknown));
    return Done{};
}

}  // namespace

Expected<catalog::Catalog, SqlError> read_catalog(const database::Query& query,
                                                  const ReadOptions& options) {
    auto version = query(
        "SELECT pg_catalog.current_setting('server_version_num'), "
        "pg_catalog.quote_ident(current_user)");
    if (!version) return unexpected(version.error());
    const int number = std::stoi(version->at(0).at(0).value());
    if (auto begun = query(begin_sql); !begun) return unexpected(begun.error());
    Assembly assembly(options, number, version->at(0).at(1).value());
    auto done = read_all(query, assembly, number / 10000);
    auto ended = query("ROLLBACK");
    if (!done) return unexpected(done.error());
    if (!ended) return unexpected(ended.error());
    return std::move(assembly).finish();
}

}  // namespace revisiond::introspection
