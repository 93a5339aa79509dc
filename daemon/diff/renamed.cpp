#include "diff/renamed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "diff/conversion.hpp"
#include "diff/rules.hpp"

namespace revisiond::diff {
namespace {

using Tables = std::vector<bool>;

// By index: tables that have parents or children, or are of a type: there the server renames no
// constraint, or others along with it.
Tables tables_with_ties(const Catalog& catalog) {
    Tables found(catalog.size(), false);
    for (const Object& object : catalog.objects()) {
        if (object.kind != Kind::inheritance && object.kind != Kind::partition &&
            object.kind != Kind::typing) {
            continue;
        }
        found[object.parent] = true;
        for (const ObjectIndex on : object.depends_on) found[on] = true;
    }
    return found;
}

bool may_be_renamed(const Catalog& catalog, ObjectIndex index, const Tables& with_ties) {
    const Object& object = catalog.at(index);
    if (object.has(Property::is_partition)) return false;
    if (object.kind == Kind::domain_constraint) return true;
    if (object.kind == Kind::constraint) return !with_ties[object.parent];
    return object.kind == Kind::index && !object.is(Property::valid, "f") &&
           std::ranges::none_of(catalog.children(index), [&](ObjectIndex child) {
               return catalog.at(child).kind == Kind::index_partition;
           });
}

// Those of a side that have no partner on the other one.
std::vector<ObjectIndex> lone_ones(const Catalog& catalog, const std::vector<ObjectIndex>& partners,
                                   const Selection& selection) {
    const Tables with_ties = tables_with_ties(catalog);
    std::vector<ObjectIndex> lone;
    for (ObjectIndex index = 0; index < catalog.size(); ++index) {
        if (partners[index] == no_object && may_be_renamed(catalog, index, with_ties) &&
            selection.holds(catalog, index)) {
            lone.push_back(index);
        }
    }
    return lone;
}

std::string nameless_definition(const Object& index) {
    std::string text = index.get(Property::definition);
    const std::string name = fmt::format(" INDEX {} ON ", last_part(index.address));
    const auto at = text.find(name);
    if (at != std::string::npos) text.replace(at, name.size(), " INDEX ON ");
    return text;
}

// All that is known of it, but for its name and what is said of it.
std::string shape_of(const Object& object, ObjectIndex table) {
    std::string shape = fmt::format("{} {}", static_cast<int>(object.kind), table);
    for (const auto& [property, value] : object.attributes) {
        if (property == Property::comment || property == Property::index_comment) continue;
        const bool text = object.kind == Kind::index && property == Property::definition;
        shape += fmt::format("\n{} {}", static_cast<int>(property),
                             text ? nameless_definition(object) : value);
    }
    return shape;
}

// The names of `from` that a new index cannot have while their owners are there.
std::unordered_set<std::string> taken_names(const Catalog& from) {
    std::unordered_set<std::string> names;
    for (const Object& object : from.objects()) names.insert(name_slot(object));
    names.erase("");
    return names;
}

}  // namespace

void match_renamed(Pairing& pairing, const Selection& selection) {
    std::unordered_multimap<std::string, ObjectIndex> gone;
    for (const ObjectIndex index : lone_ones(pairing.from, pairing.to_of_from, selection)) {
        const Object& object = pairing.from.at(index);
        gone.emplace(shape_of(object, object.parent), index);
    }
    if (gone.empty()) return;
    const auto taken = taken_names(pairing.from);
    for (const ObjectIndex index : lone_ones(pairing.to, pairing.from_of_to, selection)) {
        const Object& object = pairing.to.at(index);
        const auto found = gone.find(shape_of(object, pairing.from_of_to[object.parent]));
        if (found == gone.end() || taken.contains(name_slot(object))) continue;
        pairing.from_of_to[index] = found->second;
        pairing.to_of_from[found->second] = index;
        gone.erase(found);
    }
}

bool is_renamed(const Object& from, const Object& to) {
    const bool may =
        to.kind == Kind::index || to.kind == Kind::constraint || to.kind == Kind::domain_constraint;
    return may && from.address != to.address;
}

}  // namespace revisiond::diff
