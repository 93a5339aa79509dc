// Tables under other tables and of types.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "diff/conversion.hpp"
#include "diff/foster.hpp"
#include "diff/simple.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {
namespace {

// Columns that stay keep their places, which must be those of the type's first attributes.
bool in_order_of_type(ObjectIndex table, const Writer& writer) {
    std::vector<std::string_view> kept;
    for (const ObjectIndex child : writer.from().children(writer.pairing().from_of_to[table])) {
        const Object& column = writer.from().at(child);
        if (column.kind != Kind::column || writer.pairing().to_of_from[child] == no_object)
            continue;
        kept.push_back(column.name);
    }
    std::vector<std::string_view> wanted;
    for (const ObjectIndex child : writer.to().children(table)) {
        const Object& column = writer.to().at(child);
        if (column.kind == Kind::column) wanted.push_back(column.name);
    }
    return kept.size() <= wanted.size() && std::equal(kept.begin(), kept.end(), wanted.begin());
}

void create_typing(const Object& link, Writer& writer) {
    if (!in_order_of_type(link.parent, writer)) {
        writer.refuse(
            fmt::format("the columns of table {} stand in another order than the "
                        "attributes of type {}, and no statement moves them",
                        table_of(link, writer.to()), link.get(Property::definition)));
    }
    writer.add(fmt::format("ALTER TABLE {} OF {}", table_of(link, writer.to()),
                           link.get(Property::definition)));
}

void drop_typing(const Object& link, Writer& writer) {
    writer.add(fmt::format("ALTER TABLE {} NOT OF", table_of(link, writer.from())));
}

void create_inheritance(const Object& link, Writer& writer) {
    const Object& table = writer.to().at(link.parent);
    begin_link(link.parent, writer);
    writer.add(fmt::format("ALTER {} {} INHERIT {}", catalog::sql_words(table.kind), table.address,
                           link.get(Property::parent_name)));
    end_link(link.parent, writer);
}

void drop_inheritance(const Object& link, Writer& writer) {
    const Object& table = writer.from().at(link.parent);
    const ObjectIndex kept = writer.pairing().to_of_from[link.parent];
    if (kept != no_object) begin_link(kept, writer);
    writer.add(fmt::format("ALTER {} {} NO INHERIT {}", catalog::sql_words(table.kind),
                           table.address, link.get(Property::parent_name)));
    if (kept != no_object) end_link(kept, writer);
}

// Rows come to a parent that is made, or made again, with numbers that its identity would give out
// once more.
void pass_numbers(const Object& link, const Object& table, Writer& writer) {
    const ObjectIndex parent = writer.to().find(Kind::table, link.get(Property::parent_name));
    if (parent == no_object || !writer.pairing().created(parent)) return;
    for (const ObjectIndex child : writer.to().children(parent)) {
        const Object& column = writer.to().at(child);
        if (!column.has(Property::identity) || !column.has(Property::sequence_name)) continue;
        const std::string step =
            sequence_option(column.get(Property::sequence_options), "INCREMENT BY");
        const bool down = step.starts_with('-');
        writer.add(fmt::format(
            "SELECT pg_catalog.setval({0}, {1}({2})) FROM {3} HAVING {1}({2}) {4} (SELECT "
            "last_value FROM {5})",
            sql::quote_literal(column.get(Property::sequence_name)), down ? "min" : "max",
            sql::quote_identifier(column.name), table.address,
            down ? "<=" : ">=", column.get(Property::sequence_name)));
    }
}

void attach(const Object& link, Writer& writer) {
    const Object& table = writer.to().at(link.parent);
    Hazards hazards;
    hazards.blocks_writers = hazards.may_fail = true;
    writer.add(fmt::format("ALTER TABLE {} ATTACH PARTITION {} {}", link.get(Property::parent_name),
                           table.address, link.get(Property::partition_bound)),
               hazards);
    if (!writer.pairing().created(link.parent)) pass_numbers(link, table, writer);
}

void detach(const Object& link, Writer& writer) {
    const Object& table = writer.from().at(link.parent);
    writer.add(fmt::format("ALTER TABLE {} DETACH PARTITION {}", link.get(Property::parent_name),
                           table.address));
}

}  // namespace

const KindRules typing_rules{create_typing, drop_typing, never_alterable, alter_common};
const KindRules inheritance_rules{create_inheritance, drop_inheritance, never_alterable,
                                  alter_common};
const KindRules partition_rules{attach, detach, never_alterable, alter_common};

}  // namespace revisiond::diff
