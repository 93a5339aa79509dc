#include <algorithm>
#include <array>

#include "catalog/kind.hpp"
#include "catalog/property.hpp"

namespace revisiond::catalog {
namespace {

// What people and the server call a kind.
struct KindWords {
    Kind kind;
    std::string_view name;
    std::string_view sql;
};

constexpr std::array<KindWords, kind_count> kinds{{
    {Kind::schema, "schema", "SCHEMA"},
    {Kind::extension, "extension", "EXTENSION"},
    {Kind::language, "language", "LANGUAGE"},
    {Kind::access_method, "access method", "ACCESS METHOD"},
    {Kind::foreign_data_wrapper, "foreign-data wrapper", "FOREIGN DATA WRAPPER"},
    {Kind::foreign_server, "foreign server", "SERVER"},
    {Kind::user_mapping, "user mapping", "USER MAPPING"},
    {Kind::collation, "collation", "COLLATION"},
    {Kind::enum_type, "enum type", "TYPE"},
    {Kind::shell_type, "shell type", "TYPE"},
    {Kind::range_type, "range type", "TYPE"},
    {Kind::composite_type, "composite type", "TYPE"},
    {Kind::base_type, "base type", "TYPE"},
    {Kind::domain, "domain", "DOMAIN"},
    {Kind::domain_constraint, "domain constraint", "CONSTRAINT"},
    {Kind::sequence, "sequence", "SEQUENCE"},
    {Kind::function, "function", "FUNCTION"},
    {Kind::procedure, "procedure", "PROCEDURE"},
    {Kind::aggregate, "aggregate", "AGGREGATE"},
    {Kind::operator_, "operator", "OPERATOR"},
    {Kind::operator_family, "operator family", "OPERATOR FAMILY"},
    {Kind::operator_family_member, "operator family member", ""},
    {Kind::operator_class, "operator class", "OPERATOR CLASS"},
    {Kind::cast, "cast", "CAST"},
    {Kind::transform, "transform", "TRANSFORM"},
    {Kind::conversion, "conversion", "CONVERSION"},
    {Kind::text_search_parser, "text search parser", "TEXT SEARCH PARSER"},
    {Kind::text_search_template, "text search template", "TEXT SEARCH TEMPLATE"},
    {Kind::text_search_dictionary, "text search dictionary", "TEXT SEARCH DICTIONARY"},
    {Kind::text_search_configuration, "text search configuration", "TEXT SEARCH CONFIGURATION"},
    {Kind::table, "table", "TABLE"},
    {Kind::foreign_table, "foreign table", "FOREIGN TABLE"},
    {Kind::column, "column", "COLUMN"},
    {Kind::column_default, "column default", ""},
    {Kind::not_null, "not-null constraint", "CONSTRAINT"},
    {Kind::typing, "table type", ""},
    {Kind::inheritance, "inheritance", ""},
    {Kind::partition, "partition", ""},
    {Kind::sequence_owner, "sequence owner", ""},
    {Kind::constraint, "constraint", "CONSTRAINT"},
    {Kind::view, "view", "VIEW"},
    {Kind::materialized_view, "materialized view", "MATERIALIZED VIEW"},
    {Kind::index, "index", "INDEX"},
    {Kind::index_partition, "index partition", ""},
    {Kind::clustering, "clustering", ""},
    {Kind::replica_identity, "replica identity", ""},
    {Kind::statistics, "statistics", "STATISTICS"},
    {Kind::rule, "rule", "RULE"},
    {Kind::trigger, "trigger", "TRIGGER"},
    {Kind::trigger_state, "trigger state", ""},
    {Kind::policy, "policy", "POLICY"},
    {Kind::event_trigger, "event trigger", "EVENT TRIGGER"},
    {Kind::publication, "publication", "PUBLICATION"},
    {Kind::publication_table, "publication table", ""},
    {Kind::publication_schema, "publication schema", ""},
    {Kind::subscription, "subscription", "SUBSCRIPTION"},
    {Kind::default_privileges, "default privileges", ""},
    {Kind::changed_privileges, "changed privileges", ""},
}};

constexpr std::array<std::string_view, property_count> properties{
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage)
#define REVISIOND_NAME(name) #name,
    REVISIOND_PROPERTIES(REVISIOND_NAME)
#undef REVISIOND_NAME
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < kind_count; ++i) {
        if (kinds[i].kind != static_cast<Kind>(i)) return false;
    }
    return true;
}
static_assert(in_order());

}  // namespace

std::string_view name_of(Kind kind) {
    return kinds[static_cast<std::size_t>(kind)].name;
}

std::string_view sql_words(Kind kind) {
    return kinds[static_cast<std::size_t>(kind)].sql;
}

std::optional<Kind> kind_of(std::string_view name) {
    const auto found = std::ranges::find(kinds, name, &KindWords::name);
    return found == kinds.end() ? std::nullopt : std::optional(found->kind);
}

std::string_view name_of(Property property) {
    // volatile_ and name_ end so for the language's sake.
    std::string_view name = properties[static_cast<std::size_t>(property)];
    if (name.ends_with('_')) name.remove_suffix(1);
    return name;
}

}  // namespace revisiond::catalog
