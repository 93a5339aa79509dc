#include "diff/letting_go.hpp"

#include <algorithm>
#include <string>

#include "diff/detour.hpp"

namespace revisiond::diff {
namespace {

const Object& after(const Pairing& pairing, ObjectIndex from) {
    return pairing.to.at(pairing.to_of_from[from]);
}

// What has the name of what goes can only come afterwards.
bool needs_successor(const Pairing& pairing, ObjectIndex dependent, ObjectIndex gone) {
    const auto& needed = after(pairing, dependent).depends_on;
    return std::ranges::any_of(needed, [&](ObjectIndex on) {
        return pairing.created(on) && pairing.to.at(on).address == pairing.from.at(gone).address;
    });
}

// What goes is in the way of a change that the dependent waits for.
bool needs_what_waits(const Pairing& pairing, ObjectIndex dependent, ObjectIndex gone) {
    const auto& needed = after(pairing, dependent).depends_on;
    return std::ranges::any_of(pairing.from.at(gone).depends_on, [&](ObjectIndex on) {
        const ObjectIndex kept = pairing.to_of_from[on];
        return kept != no_object && pairing.from.at(on).kind == Kind::column &&
               pairing.altered(kept) && std::ranges::binary_search(needed, kept);
    });
}

// While another of its name is there a call may mean either.
bool is_overloaded(const Pairing& pairing, ObjectIndex routine) {
    const Object& object = pairing.from.at(routine);
    if (!is_routine(object.kind)) return false;
    return std::ranges::any_of(pairing.to.objects(), [&](const Object& other) {
        return other.kind == object.kind && other.schema == object.schema &&
               other.name == object.name &&
               pairing.created(pairing.to.find(other.kind, other.address));
    });
}

bool has_new_condition(const Pairing& pairing, ObjectIndex domain) {
    if (pairing.to.at(domain).has(Property::not_null) &&
        pairing.has_changed(domain, Property::not_null)) {
        return true;
    }
    return std::ranges::any_of(pairing.to.children(domain), [&](ObjectIndex child) {
        return pairing.created(child) || pairing.altered(child);
    });
}

// Whether a type is that domain, or one over it.
bool is_domain_over(const Pairing& pairing, const std::string& type, ObjectIndex domain) {
    const ObjectIndex index = pairing.from.find(Kind::domain, type);
    if (index == no_object || index == domain) return index == domain;
    return is_domain_over(pairing, pairing.from.at(index).get(Property::type), domain);
}

bool is_in_container(const Pairing& pairing, ObjectIndex domain) {
    return std::ranges::any_of(columns_that_hold(pairing, domain), [&](ObjectIndex column) {
        const Object& object = pairing.from.at(column);
        return !is_domain_over(pairing, object.get(Property::type), domain) ||
               !columns_that_hold(pairing, object.parent).empty();
    });
}

}  // namespace

bool gives_rows_of(const Object& routine, const Object& relation) {
    if (routine.kind != Kind::function || !routine.is(Property::language, "sql")) return false;
    std::string_view result = routine.get(Property::result);
    result.remove_prefix(std::min<std::size_t>(result.find(' ') + 1, result.size()));
    if (result.starts_with("SETOF ")) result.remove_prefix(6);
    return result == relation.address;
}

bool lets_go(const Pairing& pairing, ObjectIndex dependent, ObjectIndex gone) {
    const Kind what = pairing.from.at(gone).kind;
    if (pairing.from_fate[gone] != Fate::drop || is_overloaded(pairing, gone)) return false;
    // CREATE OR REPLACE notes the transform of an argument as long as that is there.
    if (what == Kind::transform) return false;
    if (needs_successor(pairing, dependent, gone)) return false;
    if (needs_what_waits(pairing, dependent, gone)) return false;
    // Its body is as wide as the rows, with the column before that goes and without it after.
    if (what == Kind::column &&
        gives_rows_of(pairing.from.at(dependent), pairing.from.at(pairing.from.at(gone).parent))) {
        return false;
    }
    if (what == Kind::extension &&
        pairing.has_changed(pairing.to_of_from[dependent], Property::extension_dependencies)) {
        return true;
    }
    const Kind kind = pairing.from.at(dependent).kind;
    return kind == Kind::view || is_routine(kind);
}

bool is_checked_in_containers(const Pairing& pairing, ObjectIndex domain) {
    return has_new_condition(pairing, pairing.to_of_from[domain]) &&
           is_in_container(pairing, domain);
}

}  // namespace revisiond::diff
