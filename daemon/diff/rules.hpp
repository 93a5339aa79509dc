// How each kind of object is created, dropped and altered in SQL: one file a kind, and the table
// that finds it. Internal to the room.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "catalog/catalog.hpp"
#include "diff/writer.hpp"

namespace revisiond::diff {

// One object on both sides, and the properties that differ.
struct Pair {
    const Object& from;
    const Object& to;
    std::span<const Property> changed;
    bool has(Property property) const {
        return std::ranges::find(changed, property) != changed.end();
    }
    // Nothing but these differ, and what every kind shares (owner, privileges, comment, the
    // extensions that it goes with).
    bool only(std::initializer_list<Property> properties) const;
};

// What is known of one kind.
struct KindRules {
    void (*create)(const Object& object, Writer& writer);
    void (*drop)(const Object& object, Writer& writer);
    bool (*alterable)(const Pair& pair);
    void (*alter)(const Pair& pair, Writer& writer);
};

const KindRules& rules_of(Kind kind);

// Whether a difference in this property is one: some are only read because a statement needs them.
bool counts(Kind kind, Property property);
// By statements that keep the object and its data.
bool alterable(const Pair& pair);
// The name space that an object of this kind takes its name from; two with the same text cannot
// exist at once. Empty for kinds whose address is enough.
std::string name_slot(const Object& object);
// Of what is or could be a relation or a type.
std::string relation_slot(std::string_view qualified);
// Types that compare with each other and cast silently have one: "integer", "text".
std::string type_family(std::string_view type);

extern const KindRules schema_rules;
extern const KindRules extension_rules;
extern const KindRules language_rules;
extern const KindRules access_method_rules;
extern const KindRules foreign_data_wrapper_rules;
extern const KindRules foreign_server_rules;
extern const KindRules user_mapping_rules;
extern const KindRules collation_rules;
extern const KindRules enum_rules;
extern const KindRules shell_type_rules;
extern const KindRules range_rules;
extern const KindRules composite_rules;
extern const KindRules base_type_rules;
extern const KindRules domain_rules;
// Until what it calls has been made again.
void drop_default_of_domain(const Object& domain, Writer& writer);
extern const KindRules domain_constraint_rules;
extern const KindRules sequence_rules;
extern const KindRules routine_rules;
extern const KindRules aggregate_rules;
extern const KindRules operator_rules;
extern const KindRules operator_family_rules;
extern const KindRules operator_family_member_rules;
extern const KindRules operator_class_rules;
extern const KindRules cast_rules;
extern const KindRules transform_rules;
extern const KindRules conversion_rules;
extern const KindRules text_search_part_rules;
extern const KindRules text_search_dictionary_rules;
extern const KindRules text_search_configuration_rules;
extern const KindRules table_rules;
extern const KindRules foreign_table_rules;
extern const KindRules column_rules;
extern const KindRules column_default_rules;
extern const KindRules not_null_rules;
extern const KindRules typing_rules;
extern const KindRules inheritance_rules;
extern const KindRules partition_rules;
extern const KindRules sequence_owner_rules;
extern const KindRules constraint_rules;
extern const KindRules view_rules;
extern const KindRules materialized_view_rules;
extern const KindRules index_rules;
extern const KindRules index_partition_rules;
extern const KindRules clustering_rules;
extern const KindRules replica_identity_rules;
extern const KindRules statistics_rules;
extern const KindRules rule_rules;
extern const KindRules trigger_rules;
extern const KindRules trigger_state_rules;
extern const KindRules policy_rules;
extern const KindRules event_trigger_rules;
extern const KindRules publication_rules;
extern const KindRules publication_table_rules;
extern const KindRules publication_schema_rules;
extern const KindRules subscription_rules;
extern const KindRules default_privileges_rules;
extern const KindRules changed_privileges_rules;

}  // namespace revisiond::diff
