// All queries but the first are known beforehand. So the server answers one while we put together
// what it said to the last: that is a third of the work. The server is the slower side, and works
// with one processor a session: a large catalog is read by two sessions that see one snapshot.
#include "introspection/read_catalog.hpp"

#include <fmt/format.h>

#include "introspection/assembly.hpp"
#include "introspection/kind_query.hpp"
#include "introspection/questions.hpp"
#include "introspection/unknown_objects.hpp"
#include "sql/identifier.hpp"

namespace revisiond::introspection {
namespace {

using database::SqlError;

// Everything that makes the server print the same value otherwise is set for the transaction.
constexpr const char* begin_sql = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;";
constexpr const char* settings_sql =
    "SET LOCAL search_path TO ''; SET LOCAL statement_timeout TO 0;"
    " SET LOCAL extra_float_digits TO 1; SET LOCAL datestyle TO 'ISO, DMY';"
    " SET LOCAL intervalstyle TO postgres; SET LOCAL timezone TO 'UTC';"
    " SET LOCAL bytea_output TO hex; SET LOCAL quote_all_identifiers TO off;"
    " SET LOCAL lock_timeout TO 0; SET LOCAL jit TO off";

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

// Below it, a second session costs more than it saves.
constexpr int relations_for_two = 1'500;

// Subscriptions hold passwords, so most roles may know their names alone.
constexpr const char* hidden_subscriptions_sql =
    "SELECT 0, 0, 0, 0, 0, 0, '', s.subname, quote_ident(s.subname), NULL, NULL, NULL, NULL, NULL,"
    " NULL, NULL, 't' FROM pg_subscription s WHERE s.subdbid = (SELECT d.oid FROM pg_database d"
    " WHERE d.datname = current_database())";

Expected<bool, SqlError> may_read_subscriptions(const database::Query& query) {
    auto allowed =
        query("SELECT has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT')");
    if (!allowed) return unexpected(allowed.error());
    return allowed->at(0).at(0) == "t";
}

void add_kinds(std::vector<Question>& questions, Queries queries, int major, bool subscriptions,
               Assembly& assembly) {
    for (std::vector<KindQuery>& part : queries) {
        for (KindQuery& kind : part) {
            if (major < kind.since) continue;
            const bool hidden = kind.kind == catalog::Kind::subscription && !subscriptions;
            std::string sql = hidden ? hidden_subscriptions_sql : expand(kind.sql, major);
            questions.push_back({std::move(sql), [&assembly, kind](database::Rows& rows) {
                                     for (auto& row : rows) assembly.add(kind, row);
                                 }});
        }
    }
}

template <class Add>
Question each_row(const char* sql, const Add& add) {
    return {sql, [add](database::Rows& rows) {
                for (auto& row : rows) add(row);
            }};
}

std::vector<Question> all_questions(int major, bool subscriptions, Assembly& assembly) {
    std::vector<Question> questions;
    const auto add_alias = [&assembly](auto& row) { assembly.add_alias(row); };
    add_kinds(questions, first_queries(), major, subscriptions, assembly);
    questions.push_back(each_row(alias_sql, add_alias));
    if (major >= 14) questions.push_back(each_row(multirange_alias_sql, add_alias));
    add_kinds(questions, second_queries(), major, subscriptions, assembly);
    questions.push_back(
        each_row(dependency_sql, [&assembly](auto& row) { assembly.add_dependency(row); }));
    questions.push_back(
        each_row(comment_sql, [&assembly](auto& row) { assembly.add_comment(row); }));
    questions.push_back(each_row(extension_dependency_sql, [&assembly](auto& row) {
        assembly.add_extension_dependency(row);
    }));
    return questions;
}

// Another session in the snapshot of this one, which holds it as long as its transaction is open.
// Nothing when there is none to be had: then this one reads all.
std::optional<database::Query> share_snapshot(const OpenBeside& open, const std::string& snapshot) {
    auto query = open();
    if (!query) return std::nullopt;
    const std::string sql = fmt::format("{} SET TRANSACTION SNAPSHOT {}; {}", begin_sql,
                                        sql::quote_literal(snapshot), settings_sql);
    if (!(*query)(sql)) return std::nullopt;
    return query;
}

// How a second session is opened, when it is worth one.
Expected<OpenBeside, SqlError> plan_beside(const database::Query& query, const OpenBeside& open) {
    if (!open) return OpenBeside{};
    auto relations = query(fmt::format(
        "SELECT (count(*) > {})::text FROM (SELECT FROM pg_catalog.pg_class LIMIT {}) relation",
        relations_for_two, relations_for_two + 1));
    if (!relations) return unexpected(std::move(relations.error()));
    if (relations->at(0).at(0) != "true") return OpenBeside{};
    auto snapshot = query("SELECT pg_catalog.pg_export_snapshot()");
    if (!snapshot) return unexpected(std::move(snapshot.error()));
    return OpenBeside(
        [&open, id = snapshot->at(0).at(0).value_or("")] { return share_snapshot(open, id); });
}

Expected<Done, SqlError> read_all(const database::Query& query, const OpenBeside& open,
                                  Assembly& assembly, int major) {
    auto beside = plan_beside(query, open);
    if (!beside) return unexpected(std::move(beside.error()));
    auto subscriptions = may_read_subscriptions(query);
    if (!subscriptions) return unexpected(std::move(subscriptions.error()));
    auto done = ask_all(query, *beside, all_questions(major, *subscriptions, assembly));
    if (!done) return done;
    auto unknown = find_unknown_objects(query, major);
    if (!unknown) return unexpected(unknown.error());
    assembly.set_unknown(*std::move(unknown));
    return Done{};
}

struct Server {
    int version = 0;  // 150018
    std::string user;
};

Expected<catalog::Catalog, SqlError> read_once(const database::Query& query,
                                               const ReadOptions& options, const OpenBeside& beside,
                                               const Server& server) {
    if (auto begun = query(std::string(begin_sql) + settings_sql); !begun) {
        return unexpected(begun.error());
    }
    Assembly assembly(options, server.version, server.user);
    auto done = read_all(query, beside, assembly, server.version / 10000);
    auto ended = query("ROLLBACK");
    if (!done) return unexpected(done.error());
    if (!ended) return unexpected(ended.error());
    return std::move(assembly).finish();
}

// The functions that print definitions look at what is there now, not at the snapshot: what was
// dropped since is an internal error to them ("cache lookup failed for index 16423").
bool dropped_meanwhile(const SqlError& error) {
    return error.server.sqlstate == "XX000";
}

}  // namespace

Expected<catalog::Catalog, SqlError> read_catalog(const database::Query& query,
                                                  const ReadOptions& options,
                                                  const OpenBeside& beside) {
    constexpr int most_attempts = 3;
    auto version = query(
        "SELECT pg_catalog.current_setting('server_version_num'), "
        "pg_catalog.quote_ident(current_user)");
    if (!version) return unexpected(version.error());
    const Server server{std::stoi(version->at(0).at(0).value()), version->at(0).at(1).value()};
    for (int attempt = 1;; ++attempt) {
        auto catalog = read_once(query, options, beside, server);
        if (catalog || !dropped_meanwhile(catalog.error())) return catalog;
        if (attempt < most_attempts) continue;
        catalog.error().server.hint = "perhaps objects are dropped while they are read: try again";
        return catalog;
    }
}

}  // namespace revisiond::introspection
