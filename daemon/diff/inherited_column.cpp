// Columns that a table has from its parents.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "diff/column.hpp"
#include "diff/column_parts.hpp"
#include "diff/conversion.hpp"
#include "diff/foster.hpp"
#include "diff/free_name.hpp"
#include "diff/simple.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {
namespace {

// Of the parent for the time being that the column's table has.
std::string foster_of(const Object& column, const Writer& writer) {
    return foster_name(table_object(column, writer.to()), writer);
}

// What no column of the table is called on either side.
std::string name_meanwhile(const Object& column, const Writer& writer) {
    const std::string& table = table_object(column, writer.to()).address;
    return unused_name(column.name, foster_ending, [&](const std::string& name) {
        return std::ranges::any_of(std::array{&writer.from(), &writer.to()}, [&](const Catalog* c) {
            return std::ranges::any_of(c->objects(), [&](const Object& object) {
                return object.kind == Kind::column && object.name == name &&
                       c->at(object.parent).address == table;
            });
        });
    });
}

// Not to begin with, where rows are to be filled first.
void write_later_not_null(const Object& column, Writer& writer) {
    const std::string foster = "ALTER TABLE " + foster_of(column, writer) + " ";
    if (!column.has(Property::not_null)) return;
    if (writer.to().server_version < 180000) {
        writer.add(fmt::format("{}ALTER COLUMN {} SET NOT NULL", foster, own_name(column)),
                   scans_rows);
        return;
    }
    const std::string words = not_null_text(column, writer);
    const std::size_t end = words.find(" NOT NULL");
    if (words.empty()) return;
    writer.add(fmt::format("{}ADD{} NOT NULL {}", foster, words.substr(0, end), own_name(column)),
               scans_rows);
}

// Whether what the column of `from` is of makes room for another of its name.
bool has_new_type(ObjectIndex column, const Writer& writer) {
    const Object& object = writer.from().at(column);
    return std::ranges::any_of(object.depends_on, [&](ObjectIndex on) {
        return on != object.parent && writer.pairing().from_fate[on] == Fate::shift;
    });
}

// What the rows go through when they are written, of the tables that have this column.
void write_watchers(const std::vector<ObjectIndex>& watchers, bool quiet, Writer& writer) {
    for (const ObjectIndex index : watchers) {
        const Object& watcher = writer.to().at(index);
        const std::string_view state =
            quiet ? std::string_view("D") : watcher.get(Property::enabled);
        writer.add(fmt::format("ALTER TABLE {} {} {} {}", table_of(watcher, writer.to()),
                               enable_words(state), catalog::sql_words(watcher.kind),
                               own_name(watcher)));
    }
}

}  // namespace

std::vector<ObjectIndex> watchers_of(const Catalog& catalog, ObjectIndex column) {
    std::vector<ObjectIndex> watchers;
    for (const ObjectIndex child : catalog.children(catalog.at(column).parent)) {
        const Kind kind = catalog.at(child).kind;
        if (kind == Kind::trigger || kind == Kind::rule) watchers.push_back(child);
    }
    for (ObjectIndex index = 0; index < catalog.size(); ++index) {
        const Object& heir = catalog.at(index);
        if (heir.kind != Kind::column || heir.parent == catalog.at(column).parent) continue;
        if (!std::ranges::binary_search(heir.depends_on, column)) continue;
        if (heir.name != catalog.at(column).name) continue;
        const auto below = watchers_of(catalog, index);
        watchers.insert(watchers.end(), below.begin(), below.end());
    }
    return watchers;
}

void write_beyond_parent(const Object& column, Writer& writer) {
    const auto parent = std::ranges::find_if(
        column.depends_on, [&](ObjectIndex on) { return writer.to().at(on).kind == Kind::column; });
    if (parent == column.depends_on.end()) return;
    const Object& theirs = writer.to().at(*parent);
    const bool not_null = column.has(Property::not_null) && !theirs.has(Property::not_null);
    if (not_null && writer.to().server_version < 180000) {
        writer.add(alter_column(column, writer.to()) + "SET NOT NULL", scans_rows);
    }
    const std::string& method = column.get(Property::compression);
    if (method != theirs.get(Property::compression)) {
        writer.add(fmt::format("{}SET COMPRESSION {}", alter_column(column, writer.to()),
                               method.empty() ? "default" : method));
    }
    if (child_of_kind(theirs, Kind::column_default, writer) != nullptr &&
        child_of_kind(column, Kind::column_default, writer) == nullptr) {
        writer.add(alter_column(column, writer.to()) + "DROP DEFAULT");
    }
}

void take_from_parents(const Object& column, Writer& writer) {
    const ObjectIndex index = writer.index_in_to(column);
    const ObjectIndex before = writer.pairing().from_of_to[index];
    const std::string name = own_name(column);
    std::string definition = column_definition(column, writer);
    if (before == no_object) return add_by_foster(index, definition, writer);
    const std::string meanwhile = sql::quote_identifier(name_meanwhile(column, writer));
    definition.resize(definition.size() - not_null_text(column, writer).size());
    add_by_foster(index, meanwhile + definition.substr(name.size()), writer);
    const Object& table = table_object(column, writer.to());
    if (!column.has(Property::generated) && table.kind != Kind::foreign_table) {
        const std::string converted =
            conversion_of(name, writer.from().at(before).get(Property::type),
                          column.get(Property::type), has_new_type(before, writer));
        // Triggers and rules are there for what people write: one that keeps a row as it is would
        // lose the column's value.
        auto watchers = watchers_of(writer.to(), index);
        std::erase_if(watchers, [&](ObjectIndex of) { return writer.pairing().created(of); });
        write_watchers(watchers, true, writer);
        writer.add(fmt::format("UPDATE {} SET {} = {}", table.address, meanwhile,
                               converted.empty() ? name : converted),
                   Hazards{false, true, true, false});
        write_watchers(watchers, false, writer);
    }
    writer.add(fmt::format("{}DROP COLUMN {}", alter_table(column, writer.to(), false), name));
    writer.add(fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}", foster_of(column, writer),
                           meanwhile, name));
    write_later_not_null(column, writer);
}

}  // namespace revisiond::diff
