// What becomes of each object: which are new, gone, changed, and which must be rebuilt because
// something that they depend on is. Internal to the room.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "catalog/catalog.hpp"
#include "diff/compare.hpp"

namespace revisiond::diff {

using catalog::Catalog;
using catalog::Kind;
using catalog::no_object;
using catalog::Object;
using catalog::ObjectIndex;
using catalog::Property;

// What SQL calls ROUTINE, less aggregates.
constexpr bool is_routine(Kind kind) {
    return kind == Kind::function || kind == Kind::procedure;
}

// How an object gets from one side to the other.
enum class Fate : std::uint8_t {
    keep,     // nothing to do
    ignore,   // left out by the options
    create,   // of `to` alone
    drop,     // of `from` alone
    alter,    // by statements that keep it
    replace,  // dropped and created
    shift,    // a type in use: renamed away, created, its users moved over, dropped at the end
};

// The two catalogs side by side.
struct Pairing {
    const Catalog& from;
    const Catalog& to;
    const DiffOptions& options;
    std::vector<ObjectIndex> to_of_from;  // no_object: gone
    std::vector<ObjectIndex> from_of_to;  // no_object: new
    std::vector<Fate> from_fate;
    std::vector<Fate> to_fate;
    std::vector<std::vector<Property>> changed;  // by index of `to`: what differs, of pairs
    std::vector<bool> rebuilt;      // by index of `to`: equal, replaced for another's sake
    std::vector<bool> retyped;      // by index of `to`: a column whose type is replaced
    std::vector<bool> leaves;       // by index of `to`: a column whose type changes under it
    std::vector<bool> redefaulted;  // by index of `to`: a domain without its default for a while
    // By index of `to`, of a new sequence (of an identity: its column): those of `from` whose
    // numbers it goes on with.
    std::map<ObjectIndex, std::vector<ObjectIndex>> continued;
    std::vector<std::vector<ObjectIndex>> dependents;  // by index of `from`: who needs it

    bool dropped(ObjectIndex from_index) const {
        const Fate fate = from_fate[from_index];
        return fate == Fate::drop || fate == Fate::replace || fate == Fate::shift;
    }
    bool created(ObjectIndex to_index) const {
        const Fate fate = to_fate[to_index];
        return fate == Fate::create || fate == Fate::replace || fate == Fate::shift;
    }
    bool altered(ObjectIndex to_index) const { return to_fate[to_index] == Fate::alter; }
    bool has_changed(ObjectIndex to_index, Property property) const;
};

// The foreign key of the partitioned table that this one is a part of; no_object: of none.
ObjectIndex whole_of_key(const Catalog& catalog, ObjectIndex part);

// Whether a column's table stays one of a type, whose attributes come and go with the type's.
bool follows_type(const Catalog& catalog, const std::vector<Fate>& fates, ObjectIndex column);

Pairing pair(const Catalog& from, const Catalog& to, const DiffOptions& options);

}  // namespace revisiond::diff
