#include "diff/foster.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diff/simple.hpp"
#include "diff/table_parts.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {
namespace {

bool only_inherited(const Object& object) {
    return object.is(Property::local, "f") && object.has(Property::inherited);
}

// How many of the table's links go and come.
std::size_t count_links(const Pairing& pairing, ObjectIndex table) {
    const auto link = [](const Object& object) { return object.kind == Kind::inheritance; };
    const auto gone = std::ranges::count_if(
        pairing.from.children(pairing.from_of_to[table]),
        [&](ObjectIndex child) { return link(pairing.from.at(child)) && pairing.dropped(child); });
    const auto fresh = std::ranges::count_if(pairing.to.children(table), [&](ObjectIndex child) {
        return link(pairing.to.at(child)) && pairing.created(child);
    });
    return gone == 0 ? 0 : static_cast<std::size_t>(gone + fresh);
}

bool changes(const Pairing& pairing, ObjectIndex index) {
    return pairing.retyped[index] || pairing.to.at(index).has(Property::generated) ||
           pairing.has_changed(index, Property::type) ||
           pairing.has_changed(index, Property::collation) ||
           pairing.has_changed(index, Property::definition);
}

std::string foster_name(const Object& table) {
    return sql::quote_identifier(table.schema) + "." +
           sql::quote_identifier(table.name.substr(0, 50) + "_foster");
}

std::string held_text(const Object& object) {
    if (object.kind == Kind::constraint) return constraint_clause(object);
    std::string text = own_name(object) + " " + object.get(Property::type);
    if (object.has(Property::collation)) text += " COLLATE " + object.get(Property::collation);
    return text;
}

void write_link(const Object& table, std::string_view verb, Writer& writer) {
    writer.add(fmt::format("ALTER {} {} {} {}", catalog::sql_words(table.kind), table.address, verb,
                           foster_name(table)));
}

}  // namespace

std::vector<ObjectIndex> fostered(const Pairing& pairing, ObjectIndex table) {
    std::vector<ObjectIndex> held;
    if (pairing.from_of_to[table] == no_object || pairing.created(table)) return held;
    if (count_links(pairing, table) == 0) return held;
    for (const ObjectIndex child : pairing.to.children(table)) {
        const Object& object = pairing.to.at(child);
        const ObjectIndex other = pairing.from_of_to[child];
        if (object.kind != Kind::column && object.kind != Kind::constraint) continue;
        if (other == no_object || pairing.created(child) || !only_inherited(object)) continue;
        if (!only_inherited(pairing.from.at(other))) continue;
        if (object.kind == Kind::constraint && !object.is(Property::constraint_type, "c")) continue;
        if (changes(pairing, child)) return {};
        held.push_back(child);
    }
    return held;
}

void begin_link(ObjectIndex table, Writer& writer) {
    if (writer.links_left(table) != 0) return;
    const auto held = fostered(writer.pairing(), table);
    if (held.empty()) return;
    writer.links_left(table) = count_links(writer.pairing(), table);
    std::vector<std::string> parts;
    for (const ObjectIndex child : held) parts.push_back(held_text(writer.to().at(child)));
    const Object& object = writer.to().at(table);
    writer.add(fmt::format("CREATE TABLE {} (\n    {}\n)", foster_name(object),
                           fmt::join(parts, ",\n    ")));
    write_link(object, "INHERIT", writer);
}

void end_link(ObjectIndex table, Writer& writer) {
    if (writer.links_left(table) == 0 || --writer.links_left(table) != 0) return;
    const Object& object = writer.to().at(table);
    write_link(object, "NO INHERIT", writer);
    writer.add("DROP TABLE " + foster_name(object));
}

}  // namespace revisiond::diff
