#include "diff/in_the_way.hpp"

#include <algorithm>

#include "diff/conversion.hpp"
#include "diff/index_parts.hpp"
#include "diff/readable.hpp"
#include "diff/rules.hpp"

namespace revisiond::diff {
namespace {

// The server would give the comment of a partitioned table's index to all of its parts.
bool comment_spreads(const Object& dependent, Property comment) {
    return dependent.has(Property::is_partition) && dependent.has(comment);
}

bool changes_family(const Pairing& pairing, ObjectIndex column) {
    const ObjectIndex to = pairing.to_of_from[column];
    return pairing.retyped[to] || type_family(pairing.from.at(column).get(Property::type)) !=
                                      type_family(pairing.to.at(to).get(Property::type));
}

// A primary key that is no part of its parent's, an identity, a replica identity.
bool has_own_key(const Pairing& pairing, ObjectIndex column) {
    const auto from = [&](ObjectIndex index) -> const Object& { return pairing.from.at(index); };
    if (from(column).has(Property::identity)) return true;
    return std::ranges::any_of(pairing.dependents[column], [&](ObjectIndex dependent) {
        const bool primary =
            from(dependent).is(Property::constraint_type, "p") &&
            std::ranges::none_of(pairing.from.children(dependent), [&](ObjectIndex child) {
                return from(child).kind == Kind::index_partition;
            });
        const bool replica = std::ranges::any_of(
            pairing.dependents[dependent],
            [&](ObjectIndex user) { return from(user).kind == Kind::replica_identity; });
        return primary || replica;
    });
}

// The server makes it again from what it prints, and that reads otherwise.
bool is_read_otherwise(const Object& dependent) {
    const std::string& definition = dependent.get(Property::definition);
    return readable(definition) != definition;
}

bool is_link(Kind kind) {
    return kind == Kind::partition || kind == Kind::inheritance;
}

// The attachment of the table of a column.
void add_link(const Pairing& pairing, ObjectIndex column, std::vector<ObjectIndex>& links) {
    for (const ObjectIndex child : pairing.from.children(pairing.from.at(column).parent)) {
        if (pairing.from.at(child).kind == Kind::partition) links.push_back(child);
    }
}

void collect_links(const Pairing& pairing, ObjectIndex column, std::vector<ObjectIndex>& links) {
    for (const ObjectIndex heir : heirs_of(pairing, column)) {
        if (has_own_key(pairing, heir)) add_link(pairing, heir, links);
        if (!has_own_key(pairing, heir)) collect_links(pairing, heir, links);
    }
}

void add_foreign_links(const Pairing& pairing, ObjectIndex column,
                       std::vector<ObjectIndex>& links) {
    for (const ObjectIndex heir : heirs_of(pairing, column)) {
        const ObjectIndex table = pairing.from.at(heir).parent;
        if (pairing.from.at(table).kind != Kind::foreign_table) {
            add_foreign_links(pairing, heir, links);
            continue;
        }
        for (const ObjectIndex child : pairing.from.children(table)) {
            if (is_link(pairing.from.at(child).kind)) links.push_back(child);
        }
    }
}

// The NOT NULL itself, unless a key holds it.
void add_not_null(const Pairing& pairing, ObjectIndex column, ObjectIndex not_null,
                  std::vector<ObjectIndex>& found) {
    if (has_own_key(pairing, column)) return add_link(pairing, column, found);
    found.push_back(not_null);
}

bool leaves_parent(const Pairing& pairing, ObjectIndex column) {
    const auto& children = pairing.from.children(pairing.from.at(column).parent);
    return std::ranges::any_of(children, [&](ObjectIndex child) {
        return is_link(pairing.from.at(child).kind) && pairing.dropped(child);
    });
}

// The links of the column's table to the parents that it has the column from, in their order, and
// to all that come behind the first of these.
struct ColumnLink {
    ObjectIndex link;
    ObjectIndex above;  // the parent's column; no_object: that parent has none
};

std::vector<ColumnLink> links_of(const Catalog& catalog, ObjectIndex column) {
    std::vector<ColumnLink> links;
    const Object& object = catalog.at(column);
    for (const ObjectIndex child : catalog.children(object.parent)) {
        const Object& link = catalog.at(child);
        if (link.kind != Kind::inheritance) continue;
        const auto above = std::ranges::find_if(object.depends_on, [&](ObjectIndex on) {
            return catalog.at(on).kind == Kind::column && on != column &&
                   catalog.at(catalog.at(on).parent).address == link.get(Property::parent_name);
        });
        const bool has = above != object.depends_on.end();
        if (has || !links.empty()) links.push_back({child, has ? *above : no_object});
    }
    return links;
}

// The column that this one is in the end, by way of first parents.
ObjectIndex origin_of(const Catalog& catalog, ObjectIndex column) {
    for (auto links = links_of(catalog, column); !links.empty();
         links = links_of(catalog, column)) {
        column = links.front().above;
    }
    return column;
}

}  // namespace

std::vector<ObjectIndex> links_beside_first_parent(const Pairing& pairing, ObjectIndex column) {
    const Catalog& from = pairing.from;
    std::vector<ObjectIndex> links;
    const auto all = links_of(from, column);
    for (const auto& [link, above] : all) {
        // Parents have an order, which is that of their coming.
        const bool beside =
            above != no_object && origin_of(from, above) != origin_of(from, all.front().above);
        if (beside || !links.empty()) links.push_back(link);
    }
    return links;
}

std::vector<ObjectIndex> links_of_foreign_heirs(const Pairing& pairing, ObjectIndex column) {
    std::vector<ObjectIndex> links;
    const ObjectIndex to = pairing.to_of_from[column];
    const Object& object = pairing.from.at(column);
    const bool with_using =
        pairing.retyped[to] || !conversion_of(object.name, object.get(Property::type),
                                              pairing.to.at(to).get(Property::type), false)
                                    .empty();
    if (with_using) add_foreign_links(pairing, column, links);
    return links;
}

ObjectIndex not_null_of(const Catalog& catalog, ObjectIndex column) {
    const auto& children = catalog.children(column);
    const auto found = std::ranges::find_if(
        children, [&](ObjectIndex child) { return catalog.at(child).kind == Kind::not_null; });
    return found == children.end() ? no_object : *found;
}

std::vector<ObjectIndex> heirs_of(const Pairing& pairing, ObjectIndex column) {
    std::vector<ObjectIndex> heirs;
    for (const ObjectIndex dependent : pairing.dependents[column]) {
        const Object& object = pairing.from.at(dependent);
        const bool other = object.parent != pairing.from.at(column).parent;
        if (object.kind == Kind::column && other) heirs.push_back(dependent);
    }
    return heirs;
}

// The server changes the type of no column that its table is partitioned by.
bool partitions_by(const Catalog& catalog, const Object& column) {
    const Object& table = catalog.at(column.parent);
    if (!table.has(Property::partition_key)) return false;
    const auto columns = lines_of(table.get(Property::columns));
    return std::ranges::any_of(columns, [&](const std::string& name) {
        return column.address == table.address + "." + name;
    });
}

bool in_the_way(const Pairing& pairing, ObjectIndex index, ObjectIndex column) {
    const Object& dependent = pairing.from.at(index);
    switch (dependent.kind) {
        case Kind::view:
        case Kind::materialized_view:
        case Kind::rule:
        case Kind::policy:
        case Kind::trigger:
        case Kind::function:
        case Kind::procedure:
        case Kind::publication_table:
            return true;
        case Kind::column:
            return dependent.has(Property::generated);
        // The server makes these again by itself, and forgets some of what was said of them.
        case Kind::statistics:
            return dependent.has(Property::statistics) || is_read_otherwise(dependent) ||
                   !dependent.is(Property::owner, pairing.from.user);
        case Kind::index:
            return dependent.has(Property::index_statistics) ||
                   dependent.has(Property::extension_dependencies) ||
                   comment_spreads(dependent, Property::comment) || forgets_parts(pairing, index) ||
                   is_read_otherwise(dependent);
        case Kind::column_default:
            return changes_family(pairing, column);
        case Kind::constraint:
            return dependent.has(Property::extension_dependencies) ||
                   comment_spreads(dependent, Property::index_comment) ||
                   forgets_parts(pairing, index) || is_read_otherwise(dependent) ||
                   (dependent.is(Property::constraint_type, "f") &&
                    changes_family(pairing, column));
        default:
            return false;
    }
}

std::vector<ObjectIndex> links_that_hold_not_null(const Pairing& pairing, ObjectIndex column) {
    std::vector<ObjectIndex> links;
    const ObjectIndex to = pairing.to_of_from[column];
    const bool goes =
        pairing.has_changed(to, Property::not_null) && !pairing.to.at(to).has(Property::not_null);
    const Object& table = pairing.from.at(pairing.from.at(column).parent);
    // From 18 on it is a constraint, of which each partition may have its own.
    if (!goes || !table.has(Property::partition_key)) return links;
    if (pairing.to.server_version < 180000) collect_links(pairing, column, links);
    return links;
}

std::vector<ObjectIndex> not_nulls_that_go_with(const Pairing& pairing, ObjectIndex above) {
    std::vector<ObjectIndex> found;
    for (const ObjectIndex heir : heirs_of(pairing, pairing.from.at(above).parent)) {
        const ObjectIndex own = not_null_of(pairing.from, heir);
        if (own == no_object || leaves_parent(pairing, heir)) continue;
        const ObjectIndex to = pairing.to_of_from[own];
        if (to == no_object || !pairing.from.at(own).is(Property::local, "f")) continue;
        if (pairing.to.at(to).is(Property::local, "t")) add_not_null(pairing, heir, own, found);
    }
    return found;
}

std::vector<ObjectIndex> not_nulls_that_give_way(const Pairing& pairing, ObjectIndex column) {
    std::vector<ObjectIndex> found;
    const ObjectIndex after = pairing.to_of_from[column];
    const ObjectIndex fresh = after == no_object ? no_object : not_null_of(pairing.to, after);
    if (fresh == no_object || pairing.to_fate[fresh] != Fate::create) return found;
    for (const ObjectIndex heir : heirs_of(pairing, column)) {
        const ObjectIndex own = not_null_of(pairing.from, heir);
        if (own == no_object || leaves_parent(pairing, heir)) continue;
        const ObjectIndex to = pairing.to_of_from[own];
        const bool alone = !pairing.from.at(own).has(Property::inherited);
        if (alone && to != no_object && pairing.to.at(to).is(Property::local, "f")) {
            add_not_null(pairing, heir, own, found);
        }
    }
    return found;
}

}  // namespace revisiond::diff
