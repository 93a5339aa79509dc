// All queries but the first are known beforehand. So the server answers one while we put together
// what it said to the last: that is a third of the work.
#include "introspection/read_catalog.hpp"

#include <functional>
#include <future>

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

// A query and what is done with its rows.
struct Question {
    std::string sql;
    std::function<void(database::Rows&)> take;
};

// Subscriptions hold passwords, so most roles may know their names alone.
constexpr const char* hidden_subscriptions_sql =
    "SELECT 0, 0, 0, 0, 0, 0, '', s.subname, quote_ident(s.subname), NULL, NULL, NULL, NULL, NULL,"
    " NULL, NULL FROM pg_subscription s WHERE s.subdbid = (SELECT d.oid FROM pg_database d"
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

// One is under way while the rows of the one before are taken; never two, and none after an error.
Expected<Done, SqlError> ask_all(const database::Query& query,
                                 const std::vector<Question>& questions) {
    const auto ask = [&query](const Question& question) {
        return std::async(std::launch::async, [&query, &question] { return query(question.sql); });
    };
    auto answer = ask(questions.front());
    for (std::size_t i = 0; i < questions.size(); ++i) {
        auto rows = answer.get();
        if (!rows) return unexpected(std::move(rows.error()));
        if (i + 1 < questions.size()) answer = ask(questions[i + 1]);
        questions[i].take(*rows);
    }
    return Done{};
}

Expected<Done, SqlError> read_all(const database::Query& query, Assembly& assembly, int major) {
    auto subscriptions = may_read_subscriptions(query);
    if (!subscriptions) return unexpected(std::move(subscriptions.error()));
    auto done = ask_all(query, all_questions(major, *subscriptions, assembly));
    if (!done) return done;
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
