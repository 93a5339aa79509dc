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

std::vector<KindQuery> all_queries() {
    std::vector<KindQuery> queries;
    for (auto&& part :
         {schema_queries(), foreign_queries(), type_queries(), routine_queries(),
          operator_queries(), text_search_queries(), relation_queries(), constraint_queries(),
          index_queries(), behaviour_queries(), publication_queries()}) {
        queries.insert(queries.end(), part.begin(), part.end());
    }
    return queries;
}

// Subscriptions hold passwords, so most roles may not read them.
bool may_be_hidden(const KindQuery& query, const SqlError& error) {
    return query.kind == catalog::Kind::subscription && error.server.sqlstate == "42501";
}

Expected<Done, SqlError> read_kind(const database::Query& query, const KindQuery& kind, int major,
                                   Assembly& assembly) {
    if (major < kind.since) return Done{};
    if (kind.kind == catalog::Kind::subscription) {
        auto allowed = query(
            "SELECT has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT')");
        if (!allowed) return unexpected(allowed.error());
        if (allowed->at(0).at(0) != "t") return Done{};
    }
    auto rows = query(expand(kind.sql, major));
    if (!rows && may_be_hidden(kind, rows.error())) return Done{};
    if (!rows) return unexpected(rows.error());
    for (auto& row : *rows) assembly.add(kind, row);
    return Done{};
}

Expected<Done, SqlError> read_all(const database::Query& query, Assembly& assembly, int major) {
    for (const KindQuery& kind : all_queries()) {
        if (auto done = read_kind(query, kind, major, assembly); !done) return done;
    }
    std::vector<const char*> alias_queries{alias_sql};
    if (major >= 14) alias_queries.push_back(multirange_alias_sql);
    for (const char* sql : alias_queries) {
        auto aliases = query(sql);
        if (!aliases) return unexpected(aliases.error());
        for (const auto& row : *aliases) assembly.add_alias(row);
    }
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
    auto version = query("SELECT pg_catalog.current_setting('server_version_num')");
    if (!version) return unexpected(version.error());
    const int number = std::stoi(version->at(0).at(0).value());
    if (auto begun = query(begin_sql); !begun) return unexpected(begun.error());
    Assembly assembly(options, number);
    auto done = read_all(query, assembly, number / 10000);
    auto ended = query("ROLLBACK");
    if (!done) return unexpected(done.error());
    if (!ended) return unexpected(ended.error());
    return std::move(assembly).finish();
}

}  // namespace revisiond::introspection
