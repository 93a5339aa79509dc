#include "diff/foster.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diff/column_parts.hpp"
#include "diff/free_name.hpp"
#include "diff/in_the_way.hpp"
#include "diff/simple.hpp"
#include "diff/table_parts.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {
namespace {

// A table's column, check or NOT NULL that is there through its parents alone.
bool is_only_inherited(const Object& object) {
    const bool may = object.kind == Kind::column || object.kind == Kind::not_null ||
                     (object.kind == Kind::constraint && object.is(Property::constraint_type, "c"));
    return may && only_inherited(object);
}

// A NOT NULL is its column's.
ObjectIndex table_with(const Catalog& catalog, const Object& object) {
    return object.kind == Kind::not_null ? catalog.at(object.parent).parent : object.parent;
}

// How many of the table's links go,
std::size_t count_gone(const Pairing& pairing, ObjectIndex table) {
    return static_cast<std::size_t>(std::ranges::count_if(
        pairing.from.children(pairing.from_of_to[table]), [&](ObjectIndex child) {
            return pairing.from.at(child).kind == Kind::inheritance && pairing.dropped(child);
        }));
}

// and how many come.
std::size_t count_fresh(const Pairing& pairing, ObjectIndex table) {
    return static_cast<std::size_t>(
        std::ranges::count_if(pairing.to.children(table), [&](ObjectIndex child) {
            return pairing.to.at(child).kind == Kind::inheritance && pairing.created(child);
        }));
}

// The parents that a column, a check or a NOT NULL is from.
std::vector<std::string_view> parents_that_have(const Catalog& catalog, ObjectIndex index) {
    const Object& object = catalog.at(index);
    const bool not_null = object.kind == Kind::not_null;
    const Object& part = not_null ? catalog.at(object.parent) : object;
    std::vector<std::string_view> parents;
    for (const ObjectIndex on : part.depends_on) {
        const bool same = catalog.at(on).kind == part.kind && catalog.at(on).name == part.name;
        if (!same || (not_null && not_null_of(catalog, on) == no_object)) continue;
        parents.push_back(catalog.at(catalog.at(on).parent).address);
    }
    return parents;
}

// Whether all of them are linked by what `changes`.
template <class Changes>
bool by_links_that(const Catalog& catalog, ObjectIndex index, const Changes& changes) {
    const auto parents = parents_that_have(catalog, index);
    const ObjectIndex table = table_with(catalog, catalog.at(index));
    return !parents.empty() &&
           std::ranges::none_of(catalog.children(table), [&](ObjectIndex child) {
               const Object& link = catalog.at(child);
               return link.kind == Kind::inheritance && !changes(child) &&
                      std::ranges::find(parents, link.get(Property::parent_name)) != parents.end();
           });
}

// Into what the foster parent's cannot be changed.
bool changes(const Pairing& pairing, ObjectIndex index) {
    return pairing.to.at(index).has(Property::generated) ||
           pairing.has_changed(index, Property::definition);
}

// What the table is given by the links that come.
std::vector<ObjectIndex> given(const Pairing& pairing, ObjectIndex table) {
    std::vector<ObjectIndex> found;
    for (const ObjectIndex child : pairing.to.children(table)) {
        if (comes_with_link(pairing, child)) found.push_back(child);
        const ObjectIndex not_null = not_null_of(pairing.to, child);
        if (not_null != no_object && comes_with_link(pairing, not_null)) found.push_back(not_null);
    }
    return found;
}

// Whether that looks at the columns that are there.
bool gives_check(const Pairing& pairing, ObjectIndex table) {
    return std::ranges::any_of(given(pairing, table), [&](ObjectIndex index) {
        return pairing.to.at(index).kind != Kind::column;
    });
}

// A column that is to be the table's own too, and so must be without a parent for a while.
bool becomes_own(const Pairing& pairing, ObjectIndex column) {
    return is_only_inherited(pairing.from.at(pairing.from_of_to[column])) &&
           !is_only_inherited(pairing.to.at(column));
}

// What a foster parent begins with.
std::vector<ObjectIndex> first_held(const Pairing& pairing, ObjectIndex table) {
    auto held = fostered(pairing, table);
    if (!gives_check(pairing, table)) return held;
    for (const ObjectIndex child : pairing.to.children(table)) {
        const Object& object = pairing.to.at(child);
        const bool there = object.kind == Kind::column && object.has(Property::inherited) &&
                           !pairing.created(child) && pairing.from_of_to[child] != no_object &&
                           !becomes_own(pairing, child);
        if (there && std::ranges::find(held, child) == held.end()) held.push_back(child);
    }
    return held;
}

// The NOT NULL of a column that stays inherited as it is.
std::string held_not_null(const Object& column, const Writer& writer) {
    const ObjectIndex index = not_null_of(writer.to(), writer.index_in_to(column));
    if (index == no_object || writer.pairing().created(index)) return {};
    return is_only_inherited(writer.to().at(index)) ? not_null_text(column, writer) : "";
}

// Where parents go, nothing has changed yet when the foster parent comes.
std::string held_text(const Object& object, const Writer& writer) {
    if (object.kind == Kind::constraint) return constraint_clause(object);
    const bool first = count_gone(writer.pairing(), object.parent) > 0;
    const Object& now = first ? writer.from().at(writer.index_in_from(object)) : object;
    std::string text = own_name(object) + " " + now.get(Property::type);
    if (now.has(Property::collation)) text += " COLLATE " + now.get(Property::collation);
    return text + held_not_null(object, writer);
}

// What a check looks at that the foster parent does not have from its beginning.
void add_own_columns(const Object& check, Writer& writer) {
    for (const ObjectIndex on : check.depends_on) {
        const Object& column = writer.to().at(on);
        const bool here = column.kind == Kind::column && column.parent == check.parent &&
                          column.has(Property::inherited) && !writer.pairing().created(on);
        if (!here || !becomes_own(writer.pairing(), on)) continue;
        writer.add(fmt::format("ALTER TABLE {} ADD COLUMN IF NOT EXISTS {}",
                               foster_name(writer.to().at(check.parent), writer),
                               held_text(column, writer)));
    }
}

void write_link(const Object& table, std::string_view verb, Writer& writer) {
    writer.add(fmt::format("ALTER {} {} {} {}", catalog::sql_words(table.kind), table.address, verb,
                           foster_name(table, writer)));
}

}  // namespace

std::string foster_name(const Object& table, const Writer& writer) {
    return sql::quote_identifier(table.schema) + "." +
           sql::quote_identifier(
               free_name(writer.from(), writer.to(), table.schema, table.name, foster_ending));
}

bool comes_with_link(const Pairing& pairing, ObjectIndex index) {
    const Object& object = pairing.to.at(index);
    if (!is_only_inherited(object) || !pairing.created(index)) return false;
    // A new column says it itself.
    if (object.kind == Kind::not_null && pairing.created(object.parent)) return false;
    const ObjectIndex table = table_with(pairing.to, object);
    if (pairing.from_of_to[table] == no_object || pairing.created(table)) return false;
    return count_fresh(pairing, table) > 0 &&
           by_links_that(pairing.to, index,
                         [&](ObjectIndex link) { return pairing.created(link); }) &&
           std::ranges::none_of(pairing.to.children(table), [&](ObjectIndex child) {
               return pairing.to.at(child).kind == Kind::partition;
           });
}

bool leaves_all_parents(const Pairing& pairing, ObjectIndex index) {
    const ObjectIndex old = table_with(pairing.from, pairing.from.at(index));
    if (pairing.dropped(old)) return false;
    const ObjectIndex table = pairing.to_of_from[old];
    return table != no_object && count_gone(pairing, table) > 0 &&
           by_links_that(pairing.from, index,
                         [&](ObjectIndex link) { return pairing.dropped(link); });
}

bool stays_behind(const Pairing& pairing, ObjectIndex index) {
    return is_only_inherited(pairing.from.at(index)) && leaves_all_parents(pairing, index);
}

bool changes_givers(const Pairing& pairing, ObjectIndex index) {
    const ObjectIndex to = pairing.to_of_from[index];
    if (to == no_object || !is_only_inherited(pairing.to.at(to))) return false;
    return stays_behind(pairing, index) &&
           by_links_that(pairing.to, to, [&](ObjectIndex link) { return pairing.created(link); });
}

std::vector<ObjectIndex> fostered(const Pairing& pairing, ObjectIndex table) {
    std::vector<ObjectIndex> held;
    if (pairing.from_of_to[table] == no_object || pairing.created(table)) return held;
    if (pairing.to.at(table).has(Property::is_partition)) return held;
    if (count_gone(pairing, table) == 0) return held;
    for (const ObjectIndex child : pairing.to.children(table)) {
        const Object& object = pairing.to.at(child);
        const ObjectIndex other = pairing.from_of_to[child];
        if (other == no_object || pairing.created(child) || !is_only_inherited(object)) continue;
        const ObjectIndex not_null = not_null_of(pairing.from, other);
        if (!stays_behind(pairing, other) &&
            (not_null == no_object || !stays_behind(pairing, not_null))) {
            continue;
        }
        if (changes(pairing, child)) return {};
        held.push_back(child);
    }
    return held;
}

bool is_fostered(const Pairing& pairing, ObjectIndex index) {
    const auto held = fostered(pairing, pairing.to.at(index).parent);
    return std::ranges::find(held, index) != held.end();
}

void begin_link(ObjectIndex table, Writer& writer) {
    const Pairing& pairing = writer.pairing();
    if (writer.links_left(table) != 0) return;
    if (fostered(pairing, table).empty() && given(pairing, table).empty()) return;
    writer.links_left(table) = count_gone(pairing, table) + count_fresh(pairing, table);
    std::vector<std::string> parts;
    for (const ObjectIndex child : first_held(pairing, table)) {
        parts.push_back("\n    " + held_text(writer.to().at(child), writer));
    }
    const Object& object = writer.to().at(table);
    writer
        .add(fmt::format("CREATE TABLE {} ({}{})", foster_name(object, writer),
                         fmt::join(parts, ","), parts.empty() ? "" : "\n"))
        .form = StatementForm::make_foster;
    write_link(object, "INHERIT", writer);
}

void end_link(ObjectIndex table, Writer& writer) {
    if (writer.links_left(table) == 0 || --writer.links_left(table) != 0) return;
    const Object& object = writer.to().at(table);
    write_link(object, "NO INHERIT", writer);
    writer.add("DROP TABLE " + foster_name(object, writer)).form = StatementForm::drop_foster;
}

void add_by_foster(ObjectIndex index, const std::string& definition, Writer& writer) {
    const Object& object = writer.to().at(index);
    const ObjectIndex table = table_with(writer.to(), object);
    begin_link(table, writer);
    if (object.kind == Kind::constraint) add_own_columns(object, writer);
    writer.add(fmt::format("ALTER TABLE {} ADD {}{}", foster_name(writer.to().at(table), writer),
                           object.kind == Kind::column ? "COLUMN " : "", definition));
}

}  // namespace revisiond::diff
