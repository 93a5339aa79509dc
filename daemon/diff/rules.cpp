#include "diff/rules.hpp"

#include <array>

#include "diff/conversion.hpp"

namespace revisiond::diff {
namespace {

constexpr std::array<const KindRules*, catalog::kind_count> all_rules{
    &schema_rules,
    &extension_rules,
    &language_rules,
    &access_method_rules,
    &foreign_data_wrapper_rules,
    &foreign_server_rules,
    &user_mapping_rules,
    &collation_rules,
    &enum_rules,
    &shell_type_rules,
    &range_rules,
    &composite_rules,
    &base_type_rules,
    &domain_rules,
    &domain_constraint_rules,
    &sequence_rules,
    &routine_rules,
    &routine_rules,
    &aggregate_rules,
    &operator_rules,
    &operator_family_rules,
    &operator_family_member_rules,
    &operator_class_rules,
    &cast_rules,
    &transform_rules,
    &conversion_rules,
    &text_search_part_rules,
    &text_search_part_rules,
    &text_search_dictionary_rules,
    &text_search_configuration_rules,
    &table_rules,
    &foreign_table_rules,
    &column_rules,
    &column_default_rules,
    &not_null_rules,
    &typing_rules,
    &inheritance_rules,
    &partition_rules,
    &sequence_owner_rules,
    &constraint_rules,
    &view_rules,
    &materialized_view_rules,
    &index_rules,
    &index_partition_rules,
    &clustering_rules,
    &replica_identity_rules,
    &statistics_rules,
    &rule_rules,
    &trigger_rules,
    &trigger_state_rules,
    &policy_rules,
    &event_trigger_rules,
    &publication_rules,
    &publication_table_rules,
    &publication_schema_rules,
    &subscription_rules,
    &default_privileges_rules,
    &changed_privileges_rules,
};

// Near enough to an identity: two names that differ in their quotes alone only wait for each other.
std::string unquoted(std::string text) {
    std::erase(text, '"');
    return text;
}

}  // namespace

bool Pair::only(std::initializer_list<Property> properties) const {
    return std::ranges::all_of(changed, [&](Property property) {
        return property == Property::owner || property == Property::privileges ||
               property == Property::comment || property == Property::extension_dependencies ||
               std::ranges::find(properties, property) != properties.end();
    });
}

const KindRules& rules_of(Kind kind) {
    return *all_rules[static_cast<std::size_t>(kind)];
}

bool counts(Kind kind, Property property) {
    switch (property) {
        case Property::type_storage:
        case Property::columns:
            return kind == Kind::publication_table;
        case Property::arguments:
        case Property::argument_names:
        case Property::result:
        case Property::language:
            return kind == Kind::aggregate;
        case Property::initial_privileges:
        case Property::volatile_:
        case Property::of_type:
        case Property::populated:
        case Property::is_partition:
        case Property::members:
        case Property::local:
        case Property::inherited:
        case Property::constraint_type:
            return false;
        default:
            return true;
    }
}

bool alterable(const Pair& pair) {
    if (pair.from.kind != pair.to.kind) return false;
    return pair.only({}) || rules_of(pair.to.kind).alterable(pair);
}

std::string relation_slot(std::string_view qualified) {
    return "relation " + unquoted(std::string(qualified));
}

std::string name_slot(const Object& object) {
    switch (object.kind) {
        case Kind::table:
        case Kind::foreign_table:
        case Kind::view:
        case Kind::materialized_view:
        case Kind::index:
        case Kind::sequence:
        case Kind::enum_type:
        case Kind::range_type:
        case Kind::composite_type:
        case Kind::base_type:
        case Kind::domain:
            return relation_slot(object.address);
        case Kind::constraint: {
            const std::string& type = object.get(Property::constraint_type);
            if (type == "c" || type == "f") return {};
            return relation_slot(object.schema + "." + object.name);
        }
        case Kind::column:
            return object.has(Property::sequence_name)
                       ? relation_slot(object.get(Property::sequence_name))
                       : std::string();
        case Kind::function:
        case Kind::procedure:
            return "routine " + object.address;
        case Kind::aggregate: {
            const auto open = object.address.find('(');
            return "routine " + object.address.substr(0, open) + "(" +
                   object.get(Property::arguments) + ")";
        }
        default:
            return {};
    }
}

std::string type_family(std::string_view type) {
    const std::string bare = without_modifiers(type);
    if (bare == "smallint" || bare == "bigint") return "integer";
    if (bare == "character varying" || bare == "character") return "text";
    return bare;
}

}  // namespace revisiond::diff
