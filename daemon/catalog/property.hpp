// The attributes that objects have, over all kinds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

// One list for the enumeration and the names.
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): nothing else makes both from one list.
#define REVISIOND_PROPERTIES(X)                                                             \
    X(owner)                                                                                \
    X(privileges) /* lines "grantee<TAB>privilege[*][<TAB>grantor]"; * with grant option */ \
    X(initial_privileges) /* what they were when the object was made */                     \
    X(comment)                                                                              \
    X(extension_dependencies) /* names of extensions that it goes with, a line each */      \
    X(security_label)                                                                       \
    X(definition) /* the statement or expression as the server prints it */                 \
    X(type)                                                                                 \
    X(not_null)                                                                             \
    X(collation)                                                                            \
    X(identity)      /* ALWAYS or BY DEFAULT */                                             \
    X(sequence_name) /* of an identity column, qualified */                                 \
    X(sequence_persistence)                                                                 \
    X(sequence_privileges)                                                                  \
    X(sequence_comment)                                                                     \
    X(sequence_options)                                                                     \
    X(generated) /* STORED or VIRTUAL */                                                    \
    X(expression)                                                                           \
    X(storage)                                                                              \
    X(type_storage) /* what the type's storage is unless said otherwise */                  \
    X(compression)                                                                          \
    X(statistics)                                                                           \
    X(options) /* reloptions, attoptions, FDW options: "name=value" lines as kept */        \
    X(toast_options)                                                                        \
    X(foreign_options)                                                                      \
    X(local)     /* of columns and constraints: t, or f when inherited only */              \
    X(inherited) /* t when a parent has it too */                                           \
    X(persistence)                                                                          \
    X(partition_key)                                                                        \
    X(partition_bound)                                                                      \
    X(is_partition)                                                                         \
    X(access_method)                                                                        \
    X(tablespace)                                                                           \
    X(of_type)                                                                              \
    X(row_security)                                                                         \
    X(force_row_security)                                                                   \
    X(server)                                                                               \
    X(labels)     /* quoted literals, one a line, in order */                               \
    X(attributes) /* of a composite type: "name type collation" lines, in order */          \
    X(columns)                                                                              \
    X(subtype)                                                                              \
    X(opclass)                                                                              \
    X(canonical)                                                                            \
    X(subtype_diff)                                                                         \
    X(multirange)                                                                           \
    X(default_value)                                                                        \
    X(volatile_) /* t: of a default that each row has its own of */                         \
    X(constraint_type)                                                                      \
    X(deferrable)                                                                           \
    X(deferred)                                                                             \
    X(enforced)                                                                             \
    X(validated)                                                                            \
    X(no_inherit)                                                                           \
    X(index_comment)                                                                        \
    X(index_statistics)                                                                     \
    X(valid)                                                                                \
    X(start)                                                                                \
    X(increment)                                                                            \
    X(minimum)                                                                              \
    X(maximum)                                                                              \
    X(cache)                                                                                \
    X(cycle)                                                                                \
    X(arguments) /* with names, modes and defaults */                                       \
    X(argument_names)                                                                       \
    X(result)                                                                               \
    X(language)                                                                             \
    X(populated)                                                                            \
    X(enabled)                                                                              \
    X(parent_name)                                                                          \
    X(name_) /* of a constraint that is known by its column */                              \
    X(position)                                                                             \
    X(handler)                                                                              \
    X(inline_handler)                                                                       \
    X(validator)                                                                            \
    X(trusted)                                                                              \
    X(method)                                                                               \
    X(provider)                                                                             \
    X(lc_collate)                                                                           \
    X(lc_ctype)                                                                             \
    X(locale)                                                                               \
    X(rules)                                                                                \
    X(deterministic)                                                                        \
    X(procedure)                                                                            \
    X(left_type)                                                                            \
    X(right_type)                                                                           \
    X(commutator)                                                                           \
    X(negator)                                                                              \
    X(restrict_function)                                                                    \
    X(join_function)                                                                        \
    X(hashes)                                                                               \
    X(merges)                                                                               \
    X(family)                                                                               \
    X(is_default)                                                                           \
    X(key_type)                                                                             \
    X(members)                                                                              \
    X(context)                                                                              \
    X(from_function)                                                                        \
    X(to_function)                                                                          \
    X(source_encoding)                                                                      \
    X(target_encoding)                                                                      \
    X(template_)                                                                            \
    X(parser)                                                                               \
    X(mappings)                                                                             \
    X(command)                                                                              \
    X(permissive)                                                                           \
    X(roles)                                                                                \
    X(using_expression)                                                                     \
    X(check_expression)                                                                     \
    X(event)                                                                                \
    X(tags)                                                                                 \
    X(all_tables)                                                                           \
    X(operations)                                                                           \
    X(via_root)                                                                             \
    X(row_filter)                                                                           \
    X(connection)                                                                           \
    X(two_phase)                                                                            \
    X(publications)                                                                         \
    X(object_type)                                                                          \
    X(relocated_schema)                                                                     \
    X(server_type)                                                                          \
    X(server_version)                                                                       \
    X(hidden)                                                                               \
    X(user)

namespace revisiond::catalog {

// What is said of an object besides its identity. Values are text as the server prints it under an
// empty search_path; an absent one is NULL.
enum class Property : std::uint8_t {
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage)
#define REVISIOND_ENUMERATOR(name) name,
    REVISIOND_PROPERTIES(REVISIOND_ENUMERATOR)
#undef REVISIOND_ENUMERATOR
        count
};

constexpr std::size_t property_count = static_cast<std::size_t>(Property::count);

// "using_expression": for people and in JSON.
std::string_view name_of(Property property);

}  // namespace revisiond::catalog
