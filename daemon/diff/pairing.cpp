#include "diff/pairing.hpp"

#include <algorithm>
#include <array>

#include "diff/positions.hpp"
#include "diff/propagation.hpp"
#include "diff/renamed.hpp"
#include "diff/rules.hpp"
#include "diff/selection.hpp"

namespace revisiond::diff {
namespace {

// A check or NOT NULL that a parent has too may be the table's own as well.
bool merged(const Object& from, const Object& to) {
    const bool may = to.kind == Kind::not_null ||
                     (to.kind == Kind::constraint && to.is(Property::constraint_type, "c"));
    return may && from.has(Property::inherited) && to.has(Property::inherited);
}

bool compared(const Object& from, const Object& object, Property property,
              const DiffOptions& options) {
    switch (property) {
        case Property::local:
            return merged(from, object);
        case Property::owner:
            return options.owners;
        case Property::privileges:
        case Property::sequence_privileges:
            return options.privileges;
        case Property::tablespace:
            return options.tablespaces;
        default:
            return counts(object.kind, property);
    }
}

// Options and extensions are sets, but for the server, which keeps them in the order of their
// coming.
bool same(Property property, const std::string& a, const std::string& b) {
    const bool set = property == Property::options || property == Property::toast_options ||
                     property == Property::foreign_options ||
                     property == Property::extension_dependencies;
    if (a == b || !set || a.size() != b.size()) return a == b;
    auto mine = lines_of(a);
    auto theirs = lines_of(b);
    std::ranges::sort(mine);
    std::ranges::sort(theirs);
    return mine == theirs;
}

std::vector<Property> differences(const Object& from, const Object& to,
                                  const DiffOptions& options) {
    std::vector<Property> found;
    auto a = from.attributes.begin();
    auto b = to.attributes.begin();
    const auto note = [&](Property property) {
        if (compared(from, to, property, options)) found.push_back(property);
    };
    while (a != from.attributes.end() || b != to.attributes.end()) {
        if (b == to.attributes.end() || (a != from.attributes.end() && a->property < b->property)) {
            note((a++)->property);
        } else if (a == from.attributes.end() || b->property < a->property) {
            note((b++)->property);
        } else {
            if (!same(a->property, a->value, b->value)) note(a->property);
            ++a, ++b;
        }
    }
    return found;
}

bool has_own_columns(Kind kind) {
    return kind == Kind::table || kind == Kind::foreign_table;
}

// The columns of a view or a type are part of its definition, but for what is said of each.
bool said_of_any_column(Property property) {
    switch (property) {
        case Property::comment:
        case Property::privileges:
        case Property::storage:
        case Property::compression:
        case Property::statistics:
        case Property::options:
            return true;
        default:
            return false;
    }
}

constexpr std::array type_kinds{Kind::enum_type, Kind::range_type, Kind::composite_type,
                                Kind::base_type, Kind::domain};

// Columns know a type by its name, so it is one object also where its kind changes.
ObjectIndex type_of_another_kind(const Pairing& pairing, const Object& type) {
    if (std::ranges::find(type_kinds, type.kind) == type_kinds.end()) return no_object;
    for (const Kind kind : type_kinds) {
        const ObjectIndex other = pairing.from.find(kind, type.address);
        if (other != no_object) return other;
    }
    return no_object;
}

void match(Pairing& pairing) {
    for (ObjectIndex index = 0; index < pairing.to.size(); ++index) {
        const Object& object = pairing.to.at(index);
        ObjectIndex other = pairing.from.find(object.kind, object.address);
        if (other == no_object) other = type_of_another_kind(pairing, object);
        pairing.from_of_to[index] = other;
        if (other != no_object) pairing.to_of_from[other] = index;
    }
}

// Those that come alone may be left out by a pattern, or for want of the option that wants them.
void decide_alone(Pairing& pairing, const Selection& selection) {
    for (ObjectIndex index = 0; index < pairing.from.size(); ++index) {
        if (pairing.to_of_from[index] != no_object) continue;
        pairing.from_fate[index] = selection.holds(pairing.from, index) ? Fate::drop : Fate::ignore;
    }
    for (ObjectIndex index = 0; index < pairing.to.size(); ++index) {
        if (pairing.from_of_to[index] != no_object) continue;
        pairing.to_fate[index] = selection.holds(pairing.to, index) ? Fate::create : Fate::ignore;
    }
}

bool comes_from_parents(const Object& object) {
    return object.kind == Kind::constraint && object.is(Property::constraint_type, "c") &&
           object.is(Property::local, "f");
}

// A child that came later has a check that its parent has NOT VALID, without that: nothing that is
// said of it anywhere, but of a partition.
bool differs_in_validity(const Object& from, const Object& to, const Object& table) {
    if (table.has(Property::is_partition)) return false;
    static constexpr std::string_view ending = " NOT VALID";
    const auto lasting = [](const Object& object) {
        std::string_view text = object.get(Property::definition);
        if (text.ends_with(ending)) text.remove_suffix(ending.size());
        return text;
    };
    return comes_from_parents(from) && lasting(from) == lasting(to);
}

void decide_pairs(Pairing& pairing, const Selection& selection) {
    for (ObjectIndex index = 0; index < pairing.to.size(); ++index) {
        const ObjectIndex other = pairing.from_of_to[index];
        if (other == no_object) continue;
        const Object& from = pairing.from.at(other);
        const Object& to = pairing.to.at(index);
        auto changed = differences(from, to, pairing.options);
        if (to.kind == Kind::column && !has_own_columns(pairing.to.at(to.parent).kind)) {
            std::erase_if(changed, [](Property property) { return !said_of_any_column(property); });
        }
        if (comes_from_parents(to) && differs_in_validity(from, to, pairing.to.at(to.parent))) {
            std::erase(changed, Property::validated);
            std::erase(changed, Property::definition);
        }
        const auto note = [&](Property property) {
            changed.insert(std::ranges::lower_bound(changed, property), property);
        };
        if (to.kind == Kind::sequence && from.address != to.address) note(Property::sequence_name);
        if (is_renamed(from, to)) {
            std::erase(changed, Property::definition);
            note(Property::name_);
        }
        if (changed.empty() && from.kind == to.kind) continue;
        if (!selection.holds(pairing.to, index)) {
            pairing.from_fate[other] = pairing.to_fate[index] = Fate::ignore;
            continue;
        }
        pairing.changed[index] = std::move(changed);
        const Pair both{from, to, pairing.changed[index]};
        const Fate fate = alterable(both) ? Fate::alter : Fate::replace;
        pairing.from_fate[other] = pairing.to_fate[index] = fate;
    }
}

}  // namespace

bool Pairing::has_changed(ObjectIndex to_index, Property property) const {
    return std::ranges::binary_search(changed[to_index], property);
}

ObjectIndex whole_of_key(const Catalog& catalog, ObjectIndex part) {
    const auto is_foreign_key = [&](ObjectIndex index) {
        return catalog.at(index).is(Property::constraint_type, "f");
    };
    if (!is_foreign_key(part)) return no_object;
    const auto& needed = catalog.at(part).depends_on;
    const auto whole = std::ranges::find_if(needed, is_foreign_key);
    return whole == needed.end() ? no_object : *whole;
}

bool follows_type(const Catalog& catalog, const std::vector<Fate>& fates, ObjectIndex column) {
    return std::ranges::any_of(catalog.children(catalog.at(column).parent), [&](ObjectIndex child) {
        return catalog.at(child).kind == Kind::typing && fates[child] == Fate::keep;
    });
}

Pairing pair(const Catalog& from, const Catalog& to, const DiffOptions& options) {
    Pairing pairing{from, to, options, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
    pairing.to_of_from.assign(from.size(), no_object);
    pairing.from_of_to.assign(to.size(), no_object);
    pairing.from_fate.assign(from.size(), Fate::keep);
    pairing.to_fate.assign(to.size(), Fate::keep);
    pairing.changed.resize(to.size());
    pairing.rebuilt.assign(to.size(), false);
    pairing.retyped.assign(to.size(), false);
    pairing.leaves.assign(to.size(), false);
    pairing.redefaulted.assign(to.size(), false);
    const Selection selection(options);
    match(pairing);
    match_moved_sequences(pairing, selection);
    match_renamed(pairing, selection);
    decide_alone(pairing, selection);
    decide_pairs(pairing, selection);
    pairing.dependents.resize(from.size());
    for (ObjectIndex index = 0; index < from.size(); ++index) {
        for (const ObjectIndex on : from.at(index).depends_on) {
            pairing.dependents[on].push_back(index);
        }
    }
    propagate(pairing);
    continue_positions(pairing);
    return pairing;
}

}  // namespace revisiond::diff
