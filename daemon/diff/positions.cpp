#include "diff/positions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "diff/conversion.hpp"
#include "diff/free_name.hpp"
#include "diff/link_parts.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {
namespace {

// What gives a column its numbers: a sequence, or a column whose identity it is.
ObjectIndex source_of(const Catalog& catalog, ObjectIndex column) {
    if (catalog.at(column).has(Property::identity)) return column;
    for (const ObjectIndex child : catalog.children(column)) {
        if (catalog.at(child).kind != Kind::column_default) continue;
        for (const ObjectIndex on : catalog.at(child).depends_on) {
            const Object& object = catalog.at(on);
            const bool identity = object.kind == Kind::column && object.has(Property::identity);
            if (object.kind == Kind::sequence || identity) return on;
        }
    }
    return no_object;
}

// no_object: of something else than a column.
ObjectIndex column_of(const Catalog& catalog, const Object& owner) {
    const auto column = std::ranges::find_if(
        owner.depends_on, [&](ObjectIndex on) { return catalog.at(on).kind == Kind::column; });
    return column == owner.depends_on.end() ? no_object : *column;
}

// Column → sequence.
std::map<ObjectIndex, ObjectIndex> owned_sequences(const Catalog& catalog) {
    std::map<ObjectIndex, ObjectIndex> owned;
    for (const Object& object : catalog.objects()) {
        if (object.kind != Kind::sequence_owner) continue;
        owned.emplace(column_of(catalog, object), object.parent);
    }
    return owned;
}

void match_owners(Pairing& pairing, const Object& from, const Object& to) {
    // An owned sequence is moved to no other schema.
    if (from.schema != to.schema) return;
    const ObjectIndex mine = pairing.from.find(Kind::sequence_owner, from.address);
    const ObjectIndex theirs = pairing.to.find(Kind::sequence_owner, to.address);
    if (mine == no_object || theirs == no_object) return;
    pairing.to_of_from[mine] = theirs;
    pairing.from_of_to[theirs] = mine;
}

void match_sequences(Pairing& pairing, const Selection& selection, ObjectIndex from,
                     ObjectIndex to) {
    if (from == no_object || to == no_object) return;
    if (pairing.to_of_from[from] != no_object || pairing.from_of_to[to] != no_object) return;
    const Object& mine = pairing.from.at(from);
    const Object& theirs = pairing.to.at(to);
    if (mine.kind != Kind::sequence || theirs.kind != Kind::sequence) return;
    if (!selection.holds(pairing.from, from) || !selection.holds(pairing.to, to)) return;
    pairing.to_of_from[from] = to;
    pairing.from_of_to[to] = from;
    match_owners(pairing, mine, theirs);
}

bool starts_anew(const Pairing& pairing, ObjectIndex source) {
    if (pairing.to.at(source).kind == Kind::sequence) return pairing.created(source);
    const ObjectIndex before = pairing.from_of_to[source];
    return before != no_object && pairing.altered(source) &&
           !pairing.from.at(before).has(Property::identity);
}

// Whether a sequence of `from` is one of `to` as well.
bool remains(const Pairing& pairing, ObjectIndex source) {
    if (pairing.dropped(source)) return false;
    if (pairing.from.at(source).kind == Kind::sequence) return true;
    const ObjectIndex after = pairing.to_of_from[source];
    return after == no_object || pairing.to.at(after).has(Property::identity);
}

// The first of `to` that goes on with this one; no_object: none does.
ObjectIndex successor_of(const Pairing& pairing, ObjectIndex source) {
    const auto found = std::ranges::find_if(pairing.continued, [&](const auto& entry) {
        return std::ranges::find(entry.second, source) != entry.second.end();
    });
    return found == pairing.continued.end() ? no_object : found->first;
}

const std::string& name_of(const Object& source) {
    return source.kind == Kind::sequence ? source.address : source.get(Property::sequence_name);
}

std::int64_t number_of(const Object& source, Property property, std::string_view words) {
    const std::string text = source.kind == Kind::sequence
                                 ? source.get(property)
                                 : sequence_option(source.get(Property::sequence_options), words);
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// Whether the old one may stand where the new one cannot.
bool is_narrower(const Object& fresh, const Object& old) {
    const auto minimum = [](const Object& of) {
        return number_of(of, Property::minimum, "MINVALUE");
    };
    const auto maximum = [](const Object& of) {
        return number_of(of, Property::maximum, "MAXVALUE");
    };
    return minimum(fresh) > minimum(old) || maximum(fresh) < maximum(old);
}

std::string name_by_then(ObjectIndex source, const Writer& writer) {
    const Pairing& pairing = writer.pairing();
    if (!remains(pairing, source)) return name_aside(pairing.from.at(source), writer);
    const ObjectIndex after = pairing.to_of_from[source];
    return name_of(after == no_object ? pairing.from.at(source) : pairing.to.at(after));
}

}  // namespace

void match_moved_sequences(Pairing& pairing, const Selection& selection) {
    const auto owned = owned_sequences(pairing.from);
    for (ObjectIndex index = 0; index < pairing.to.size(); ++index) {
        const Object& object = pairing.to.at(index);
        const bool owner = object.kind == Kind::sequence_owner;
        const ObjectIndex column = owner ? column_of(pairing.to, object) : index;
        if (column == no_object || pairing.to.at(column).kind != Kind::column) continue;
        const ObjectIndex before = pairing.from_of_to[column];
        if (before == no_object) continue;
        if (!owner) {
            match_sequences(pairing, selection, source_of(pairing.from, before),
                            source_of(pairing.to, column));
        } else if (const auto found = owned.find(before); found != owned.end()) {
            match_sequences(pairing, selection, found->second, object.parent);
        }
    }
}

void continue_positions(Pairing& pairing) {
    for (ObjectIndex index = 0; index < pairing.to.size(); ++index) {
        const ObjectIndex other = pairing.from_of_to[index];
        if (pairing.to.at(index).kind != Kind::column || other == no_object) continue;
        if (pairing.created(index)) continue;
        const ObjectIndex after = source_of(pairing.to, index);
        if (after == no_object || !starts_anew(pairing, after)) continue;
        const ObjectIndex before = source_of(pairing.from, other);
        if (before == no_object) continue;
        auto& predecessors = pairing.continued[after];
        if (std::ranges::find(predecessors, before) == predecessors.end()) {
            predecessors.push_back(before);
        }
    }
}

bool is_set_aside(const Pairing& pairing, ObjectIndex sequence) {
    return successor_of(pairing, sequence) != no_object && !remains(pairing, sequence);
}

std::string name_aside(const Object& sequence, const Writer& writer) {
    const auto name = sql::parse_qualified_name(name_of(sequence)).value();
    return sql::QualifiedName{
        name.schema, free_name(writer.from(), writer.to(), name.schema, name.name, "_before")}
        .quoted();
}

void set_predecessors_aside(const Object& sequence, Writer& writer) {
    const Pairing& pairing = writer.pairing();
    const ObjectIndex index = writer.index_in_to(sequence);
    const auto found = pairing.continued.find(index);
    if (found == pairing.continued.end()) return;
    for (const ObjectIndex source : found->second) {
        if (remains(pairing, source) || successor_of(pairing, source) != index) continue;
        const Object& old = pairing.from.at(source);
        writer.add(fmt::format("ALTER SEQUENCE {} RENAME TO {}", name_of(old),
                               last_part(name_aside(old, writer))));
    }
}

void take_position(const Object& sequence, Writer& writer) {
    const Pairing& pairing = writer.pairing();
    const auto found = pairing.continued.find(writer.index_in_to(sequence));
    if (found == pairing.continued.end()) return;
    const std::string& name = name_of(sequence);
    for (const ObjectIndex source : found->second) {
        const Object& old = pairing.from.at(source);
        // One that was never used leaves the new one at its own start; of several, the farthest.
        std::string moved = fmt::format("is_called OR last_value <> {}",
                                        number_of(old, Property::start, "START WITH"));
        if (source != found->second.front()) {
            const bool down = number_of(sequence, Property::increment, "INCREMENT BY") < 0;
            moved = fmt::format("({}) AND last_value {} (SELECT last_value FROM {})", moved,
                                down ? "<" : ">", name);
        }
        Hazards hazards;
        hazards.may_fail = is_narrower(sequence, old);
        writer.add(
            fmt::format("SELECT pg_catalog.setval({}, last_value, is_called) FROM {} WHERE {}",
                        sql::quote_literal(name), name_by_then(source, writer), moved),
            hazards);
    }
}

bool stays_with_column(const Pairing& pairing, ObjectIndex sequence) {
    if (pairing.from.at(sequence).kind != Kind::sequence) return false;
    return std::ranges::any_of(pairing.from.children(sequence), [&](ObjectIndex child) {
        return pairing.from.at(child).kind == Kind::sequence_owner && !pairing.dropped(child);
    });
}

std::vector<ObjectIndex> users_of_lost_identity(const Pairing& pairing, ObjectIndex column) {
    std::vector<ObjectIndex> users;
    const Object& object = pairing.from.at(column);
    const bool kept = pairing.to.at(pairing.to_of_from[column]).has(Property::identity);
    if (!object.has(Property::identity) || kept) return users;
    const std::string name = sql::quote_literal(object.get(Property::sequence_name));
    for (const ObjectIndex dependent : pairing.dependents[column]) {
        const Object& other = pairing.from.at(dependent);
        const bool user = other.get(Property::definition).find(name) != std::string::npos;
        if (user && other.parent != column) users.push_back(dependent);
    }
    return users;
}

// The old one stands until all that go on with it have asked for its position.
void link_positions(const Pairing& pairing, ActionPlan& plan) {
    const auto maker = [&](ObjectIndex index) {
        return pairing.to.at(index).kind == Kind::sequence ? plan.create_of[index]
                                                           : plan.alter_of[index];
    };
    for (const auto& [index, sources] : pairing.continued) {
        for (const ObjectIndex source : sources) {
            const ObjectIndex after = pairing.to_of_from[source];
            const ActionIndex kept = after == no_object ? no_action : plan.alter_of[after];
            if (remains(pairing, source)) {
                plan.put_in_order(kept, maker(index));
                continue;
            }
            plan.put_in_order(maker(successor_of(pairing, source)), maker(index));
            plan.put_in_order(maker(index), plan.drop_of[source]);
            plan.put_in_order(maker(index), kept);
        }
    }
}

ActionIndex sets_aside(const Pairing& pairing, const ActionPlan& plan, ObjectIndex sequence) {
    if (!is_set_aside(pairing, sequence)) return no_action;
    const ObjectIndex first = successor_of(pairing, sequence);
    return plan.create_of[first] != no_action ? plan.create_of[first] : plan.alter_of[first];
}

}  // namespace revisiond::diff
