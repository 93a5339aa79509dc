#include "diff/column.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "diff/column_parts.hpp"
#include "diff/composite.hpp"
#include "diff/conversion.hpp"
#include "diff/detour.hpp"
#include "diff/foster.hpp"
#include "diff/identity.hpp"
#include "diff/positions.hpp"
#include "diff/simple.hpp"
#include "diff/table_parts.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {
namespace {

bool of_table(const Object& column, const Catalog& catalog) {
    const Kind kind = table_object(column, catalog).kind;
    return kind == Kind::table || kind == Kind::foreign_table;
}

std::string value_text(const Object& column, const Writer& writer) {
    if (column.has(Property::identity)) return " " + identity_text(column);
    if (column.has(Property::generated)) {
        return fmt::format(" GENERATED ALWAYS AS ({}) {}", column.get(Property::expression),
                           column.get(Property::generated));
    }
    const Object* value = child_of_kind(column, Kind::column_default, writer);
    if (value == nullptr || !writer.inlined(writer.index_in_to(*value))) return "";
    return " DEFAULT " + value->get(Property::definition);
}

void create_column(const Object& column, Writer& writer) {
    if (!of_table(column, writer.to())) {
        if (is_attribute(column, writer.to())) add_attribute(column, writer);
        write_column_extras(column, writer);
        return;
    }
    const auto& pairing = writer.pairing();
    if (follows_type(writer.to(), pairing.to_fate, writer.index_in_to(column))) {
        if (column.has(Property::not_null)) {
            writer.add(alter_column(column, writer.to()) + "SET NOT NULL", scans_rows);
        }
    } else if (comes_with_link(pairing, writer.index_in_to(column))) {
        take_from_parents(column, writer);
    } else if (!only_inherited(column) ||
               is_detached(writer.pairing(), pairing.from_of_to[column.parent])) {
        const Object& table = table_object(column, writer.to());
        Hazards hazards;
        hazards.may_fail = column.has(Property::not_null) && value_text(column, writer).empty();
        hazards.rewrites_table =
            table.kind == Kind::table && rewrites_rows(writer.to(), writer.index_in_to(column));
        hazards.blocks_writers = hazards.rewrites_table;
        writer.add(fmt::format("ALTER {} {} ADD COLUMN {}", catalog::sql_words(table.kind),
                               table.address, column_definition(column, writer)),
                   hazards);
    } else {
        write_beyond_parent(column, writer);
    }
    write_column_extras(column, writer);
}

// The children's columns that are there through this one alone.
std::vector<ObjectIndex> columns_below(const Object& column, const Writer& writer) {
    std::vector<ObjectIndex> below;
    for (const ObjectIndex dependent : writer.pairing().dependents[writer.index_in_from(column)]) {
        const Object& object = writer.from().at(dependent);
        if (object.kind == Kind::column && only_inherited(object) && object.name == column.name) {
            below.push_back(dependent);
        }
    }
    return below;
}

// DROP COLUMN takes the column from all children that only inherit it; ONLY from none, and makes it
// their own. So where one keeps it, the others lose it one by one.
void drop_column_of(const Object& column, const Hazards& hazards, Writer& writer) {
    const auto& pairing = writer.pairing();
    const auto below = columns_below(column, writer);
    const bool alone = std::ranges::any_of(below, [&](ObjectIndex child) {
        const ObjectIndex kept = pairing.to_of_from[child];
        return kept != no_object && writer.to().at(kept).is(Property::local, "t");
    });
    const Object& table = table_object(column, writer.from());
    writer.add(fmt::format("ALTER {} {}{} DROP COLUMN {}", catalog::sql_words(table.kind),
                           alone ? "ONLY " : "", table.address, own_name(column)),
               hazards);
    for (const ObjectIndex child : below) {
        const Object& object = writer.from().at(child);
        if (!alone || pairing.to_of_from[child] != no_object) continue;
        if (!pairing.dropped(object.parent)) drop_column_of(object, hazards, writer);
    }
}

void drop_column(const Object& column, Writer& writer) {
    if (is_attribute(column, writer.from())) return drop_attribute(column, writer);
    if (!of_table(column, writer.from())) return;
    const ObjectIndex index = writer.index_in_from(column);
    const ObjectIndex kept = writer.pairing().to_of_from[index];
    if (kept != no_object && comes_with_link(writer.pairing(), kept)) return;
    const bool behind = stays_behind(writer.pairing(), index);
    if (only_inherited(column) && !behind && !is_detached(writer.pairing(), column.parent)) return;
    const auto& fates = writer.pairing().from_fate;
    if (follows_type(writer.from(), fates, index)) return;
    Hazards hazards;
    hazards.loses_data = !column.has(Property::generated);
    drop_column_of(column, hazards, writer);
}

bool can_alter_column(const Pair& pair) {
    const bool was = pair.from.has(Property::generated);
    const bool is = pair.to.has(Property::generated);
    if (!was && !is) return true;
    if (was != is) return was && pair.from.is(Property::generated, "STORED");
    if (pair.has(Property::generated) || pair.has(Property::expression)) return false;
    // USING is for rows, and these are computed: the server converts the expression or nothing.
    return conversion_of(own_name(pair.to), pair.from.get(Property::type),
                         pair.to.get(Property::type), false)
        .empty();
}

std::string alter_fostered(const Object& column, const Writer& writer) {
    return fmt::format("ALTER TABLE {} ALTER COLUMN {} ",
                       foster_name(table_object(column, writer.to()), writer), own_name(column));
}

// A foreign table has no rows to convert, and none may be where it inherits.
void replace_fostered(const Object& column, Writer& writer) {
    const std::string prefix =
        fmt::format("ALTER TABLE {} ", foster_name(table_object(column, writer.to()), writer));
    writer.add(fmt::format("{}DROP COLUMN {}", prefix, own_name(column)));
    std::string text =
        fmt::format("{}ADD COLUMN {} {}", prefix, own_name(column), column.get(Property::type));
    if (column.has(Property::collation)) text += " COLLATE " + column.get(Property::collation);
    writer.add(text + not_null_text(column, writer));
}

// What happens to the column happens to its parent's first, and reaches it from there.
bool changes_from_above(const Pair& pair, const Writer& writer) {
    const Pairing& pairing = writer.pairing();
    if (!pair.to.has(Property::inherited) || is_detached(pairing, pair.from.parent)) return false;
    if (only_inherited(pair.to)) return true;
    return pair.from.has(Property::inherited) &&
           !leaves_all_parents(pairing, writer.index_in_from(pair.from));
}

void alter_type(const Pair& pair, Writer& writer) {
    const ObjectIndex index = writer.index_in_to(pair.to);
    const bool leaves = writer.pairing().leaves[index];
    const bool retyped = writer.pairing().retyped[index] || leaves;
    if (!retyped && !pair.has(Property::type) && !pair.has(Property::collation)) return;
    const bool fostered = is_fostered(writer.pairing(), index);
    if (changes_from_above(pair, writer) && !fostered) return;
    const std::string& type = pair.to.get(Property::type);
    std::string text =
        fostered ? alter_fostered(pair.to, writer) : alter_column(pair.to, writer.to(), false);
    text += "TYPE " + type;
    if (pair.to.has(Property::collation)) text += " COLLATE " + pair.to.get(Property::collation);
    const std::string conversion =
        leaves ? return_expression(pair.to, writer)
               : conversion_of(own_name(pair.to), pair.from.get(Property::type), type, retyped);
    const bool foreign = table_object(pair.to, writer.to()).kind == Kind::foreign_table;
    if (fostered && foreign && !conversion.empty()) return replace_fostered(pair.to, writer);
    if (!conversion.empty() && !foreign) text += " USING " + conversion;
    const std::string& before = pair.from.get(Property::type);
    const bool widens = only_widens(before, type) && !retyped;
    writer.add(text, widens ? Hazards{} : Hazards{loses_values(before, type), true, true, true});
}

void drop_identity(const Pair& pair, Writer& writer) {
    if (!pair.from.has(Property::identity) || pair.to.has(Property::identity)) return;
    writer.add(alter_column(pair.to, writer.to(), false) + "DROP IDENTITY");
    const auto& pairing = writer.pairing();
    for (const ObjectIndex child : writer.from().children(writer.index_in_from(pair.from))) {
        const Object& object = writer.from().at(child);
        if (object.kind == Kind::not_null && pairing.dropped(child)) {
            write_dropped_not_null(object, writer);
        }
    }
}

void alter_identity(const Pair& pair, Writer& writer) {
    if (!pair.to.has(Property::identity)) return;
    const std::string prefix = alter_column(pair.to, writer.to(), false);
    if (!pair.from.has(Property::identity)) {
        const Object* constraint = child_of_kind(pair.to, Kind::not_null, writer);
        if (constraint != nullptr && writer.pairing().created(writer.index_in_to(*constraint))) {
            write_new_not_null(*constraint, writer);
        }
        set_predecessors_aside(pair.to, writer);
        writer.add(prefix + "ADD " + identity_text(pair.to));
        take_position(pair.to, writer);
        write_identity_extras(pair.to, writer);
    } else {
        write_identity_changes(pair, prefix, writer);
    }
}

// The type of an identity is that of its sequence, whose limits must fit it at any time.
bool narrows(const Pair& pair) {
    if (!pair.from.has(Property::identity) || !pair.to.has(Property::identity)) return false;
    return pair.has(Property::type) &&
           (pair.from.is(Property::type, "bigint") || pair.to.is(Property::type, "smallint"));
}

void alter_compression(const Pair& pair, bool reset, Writer& writer) {
    if (reset ? !pair.to.has(Property::compression) : !pair.has(Property::compression)) return;
    const std::string& method = pair.to.get(Property::compression);
    if (table_object(pair.to, writer.to()).kind == Kind::foreign_table) {
        return writer.refuse(fmt::format(
            "the compression of column {} differs, and a foreign table's cannot be changed",
            pair.to.address));
    }
    writer.add(alter_column(pair.to, writer.to()) + "SET COMPRESSION " +
               (method.empty() ? "default" : method));
}

// A new type, and a new collation, bring the type's own storage and no compression.
void alter_storage(const Pair& pair, Writer& writer) {
    const std::string prefix = alter_column(pair.to, writer.to());
    const ObjectIndex index = writer.index_in_to(pair.to);
    const bool type = pair.has(Property::type) || pair.has(Property::collation) ||
                      writer.pairing().retyped[index] || writer.pairing().leaves[index];
    if (type ? pair.to.has(Property::storage) : pair.has(Property::storage)) {
        const std::string& storage = pair.to.has(Property::storage)
                                         ? pair.to.get(Property::storage)
                                         : pair.to.get(Property::type_storage);
        if (!storage.empty()) writer.add(prefix + "SET STORAGE " + storage);
    }
    alter_compression(pair, type, writer);
    if (pair.has(Property::statistics)) {
        const std::string& target = pair.to.get(Property::statistics);
        writer.add(prefix + "SET STATISTICS " + (target.empty() ? "-1" : target));
    }
    if (pair.has(Property::options)) {
        write_option_changes(prefix, pair.from.get(Property::options),
                             pair.to.get(Property::options), "", writer);
    }
    if (pair.has(Property::foreign_options)) {
        writer.add(prefix + foreign_option_changes(pair.from.get(Property::foreign_options),
                                                   pair.to.get(Property::foreign_options)));
    }
}

void alter_column_all(const Pair& pair, Writer& writer) {
    if (of_table(pair.to, writer.to())) {
        const bool with_parent =
            pair.from.has(Property::inherited) && !is_detached(writer.pairing(), pair.from.parent);
        if (pair.from.has(Property::generated) && !pair.to.has(Property::generated) &&
            !with_parent) {
            writer.add(alter_column(pair.to, writer.to(), false) + "DROP EXPRESSION");
        }
        drop_identity(pair, writer);
        alter_not_null(pair, writer, false);
        const bool narrower = narrows(pair);
        if (narrower) alter_identity(pair, writer);
        alter_type(pair, writer);
        alter_not_null(pair, writer, true);
        if (!narrower) alter_identity(pair, writer);
    }
    alter_storage(pair, writer);
    write_common_changes(pair.from, pair.to, writer);
}

void create_default(const Object& value, Writer& writer) {
    const Object& column = writer.to().at(value.parent);
    writer.add(alter_column(column, writer.to()) + "SET DEFAULT " +
               value.get(Property::definition));
}

void drop_default(const Object& value, Writer& writer) {
    writer.add(alter_column(writer.from().at(value.parent), writer.from()) + "DROP DEFAULT");
}

bool can_alter_default(const Pair&) {
    return true;
}

void alter_default(const Pair& pair, Writer& writer) {
    create_default(pair.to, writer);
}

}  // namespace

bool has_column_options(const Object& column, const Writer& writer) {
    return !not_null_text(column, writer).empty() || !value_text(column, writer).empty();
}

std::string column_definition(const Object& column, const Writer& writer, bool typed_table) {
    std::string text = own_name(column);
    if (!typed_table) {
        text += " " + column.get(Property::type);
        text += foreign_options(column.get(Property::foreign_options));
        if (column.has(Property::compression)) {
            text += " COMPRESSION " + column.get(Property::compression);
        }
        if (column.has(Property::collation)) text += " COLLATE " + column.get(Property::collation);
    } else {
        text += " WITH OPTIONS";
    }
    return text + value_text(column, writer) + not_null_text(column, writer);
}

void write_column_extras(const Object& column, Writer& writer) {
    const std::string prefix = alter_column(column, writer.to());
    if (column.has(Property::storage)) {
        writer.add(prefix + "SET STORAGE " + column.get(Property::storage));
    }
    const bool in_text = table_object(column, writer.to()).kind != Kind::materialized_view;
    if (column.has(Property::compression) && !in_text) {
        writer.add(prefix + "SET COMPRESSION " + column.get(Property::compression));
    }
    if (column.has(Property::statistics)) {
        writer.add(prefix + "SET STATISTICS " + column.get(Property::statistics));
    }
    if (column.has(Property::options)) {
        writer.add(fmt::format("{}SET ({})", prefix, option_list(column.get(Property::options))));
    }
    write_identity_extras(column, writer);
    write_common(column, writer);
}

const KindRules column_rules{create_column, drop_column, can_alter_column, alter_column_all};
const KindRules column_default_rules{create_default, drop_default, can_alter_default,
                                     alter_default};

}  // namespace revisiond::diff
