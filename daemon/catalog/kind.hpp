// What kinds of object a schema is made of.
//
// An object of the server may be several of ours: a column's default, a partition's attachment or a
// sequence's owner can change alone and needs another place in the order than the object that the
// server keeps it in, so each is an object with an identity and dependencies of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace revisiond::catalog {

// In the order in which objects are created when nothing else decides.
enum class Kind : std::uint8_t {
    schema,
    extension,
    language,
    access_method,
    foreign_data_wrapper,
    foreign_server,
    user_mapping,
    collation,
    enum_type,
    shell_type,
    range_type,
    composite_type,
    base_type,
    domain,
    domain_constraint,
    sequence,
    function,
    procedure,
    aggregate,
    operator_,
    operator_family,
    operator_family_member,
    operator_class,
    cast,
    transform,
    conversion,
    text_search_parser,
    text_search_template,
    text_search_dictionary,
    text_search_configuration,
    table,
    foreign_table,
    column,  // of tables, views and composite types alike
    column_default,
    not_null,     // a NOT NULL with a name or marks of its own (PostgreSQL 18)
    typing,       // a table's OF type
    inheritance,  // one parent of a table that inherits
    partition,    // the attachment of a partition to its parent, with its bounds
    sequence_owner,
    constraint,
    view,
    materialized_view,
    index,
    index_partition,  // the attachment of an index to the index of the parent
    clustering,
    replica_identity,
    statistics,
    rule,
    trigger,
    trigger_state,  // of a trigger that a partition has from its parent
    policy,
    event_trigger,
    publication,
    publication_table,
    publication_schema,
    subscription,
    default_privileges,
    changed_privileges,  // of what is the server's own or an extension's
    count
};

constexpr std::size_t kind_count = static_cast<std::size_t>(Kind::count);

// "materialized view": for people, in JSON and in include and exclude patterns.
std::string_view name_of(Kind kind);
std::optional<Kind> kind_of(std::string_view name);

// The words that name the kind in COMMENT ON, ALTER … OWNER TO and DROP: "MATERIALIZED VIEW". Empty
// for kinds that are no objects of their own to the server.
std::string_view sql_words(Kind kind);

}  // namespace revisiond::catalog
