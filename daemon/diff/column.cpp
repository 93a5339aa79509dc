#include "diff/column.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "diff/composite.hpp"
#include "diff/conversion.hpp"
#include "diff/foster.hpp"
#include "diff/identity.hpp"
#include "diff/simple.hpp"
#include "diff/table_parts.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {
namespace {

constexpr Hazards scans_rows{false, false, true, true};

const Object& table_object(const Object& column, const Catalog& catalog) {
    return catalog.at(column.parent);
}

bool of_table(const Object& column, const Catalog& catalog) {
    const Kind kind = table_object(column, catalog).kind;
    return kind == Kind::table || kind == Kind::foreign_table;
}

// Comes and goes with the parent's.
bool only_inherited(const Object& column) {
    return column.is(Property::local, "f") && column.has(Property::inherited);
}

std::string alter_table(const Object& column, const Catalog& catalog, bool only = true) {
    const Object& table = table_object(column, catalog);
    std::string_view words = "TABLE";
    if (table.kind == Kind::foreign_table) words = "FOREIGN TABLE";
    if (table.kind == Kind::materialized_view) words = "MATERIALIZED VIEW";
    if (table.kind == Kind::materialized_view) only = false;
    return fmt::format("ALTER {} {}{} ", words, only ? "ONLY " : "", table.address);
}

std::string alter_column(const Object& column, const Catalog& catalog, bool only = true) {
    return fmt::format("{}ALTER COLUMN {} ", alter_table(column, catalog, only), own_name(column));
}

// Of the parent for the time being that the column's table has.
std::string foster_of(const Object& column, const Writer& writer) {
    return foster_name(table_object(column, writer.to()));
}

const Object* child_of_kind(const Object& column, Kind kind, const Writer& writer) {
    for (const ObjectIndex child : writer.to().children(writer.index_in_to(column))) {
        if (writer.to().at(child).kind == kind) return &writer.to().at(child);
    }
    return nullptr;
}

std::string not_null_text(const Object& column, const Writer& writer) {
    if (writer.to().server_version < 180000) {
        return column.has(Property::not_null) ? " NOT NULL" : "";
    }
    const Object* constraint = child_of_kind(column, Kind::not_null, writer);
    if (constraint == nullptr || constraint->is(Property::validated, "f")) return "";
    return fmt::format(" CONSTRAINT {} NOT NULL{}", constraint->get(Property::name_),
                       constraint->has(Property::no_inherit) ? " NO INHERIT" : "");
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

// What the parent's new column brings along, and the table does not have, or has more of.
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

// The column that was the table's own has its rows brought along.
void take_from_parents(const Object& column, Writer& writer) {
    const ObjectIndex index = writer.index_in_to(column);
    const ObjectIndex before = writer.pairing().from_of_to[index];
    const std::string name = own_name(column);
    std::string definition = column_definition(column, writer);
    if (before == no_object) return add_by_foster(index, definition, writer);
    const std::string meanwhile =
        sql::quote_identifier(column.name.substr(0, longest_foster_stem) + "_foster");
    definition.resize(definition.size() - not_null_text(column, writer).size());
    add_by_foster(index, meanwhile + definition.substr(name.size()), writer);
    const Object& table = table_object(column, writer.to());
    if (!column.has(Property::generated) && table.kind != Kind::foreign_table) {
        const std::string converted =
            conversion_of(name, writer.from().at(before).get(Property::type),
                          column.get(Property::type), writer.pairing().retyped[index]);
        writer.add(fmt::format("UPDATE {} SET {} = {}", table.address, meanwhile,
                               converted.empty() ? name : converted),
                   Hazards{false, true, true, false});
    }
    writer.add(fmt::format("{}DROP COLUMN {}", alter_table(column, writer.to(), false), name));
    writer.add(fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}", foster_of(column, writer),
                           meanwhile, name));
    write_later_not_null(column, writer);
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
    } else if (!only_inherited(column) || is_detached(pairing.from_of_to[column.parent], writer)) {
        const Object& table = table_object(column, writer.to());
        Hazards hazards;
        hazards.may_fail = column.has(Property::not_null) && value_text(column, writer).empty();
        hazards.rewrites_table =
            column.has(Property::identity) || column.is(Property::generated, "STORED");
        hazards.blocks_writers = hazards.rewrites_table;
        writer.add(fmt::format("ALTER {} {} ADD COLUMN {}", catalog::sql_words(table.kind),
                               table.address, column_definition(column, writer)),
                   hazards);
    } else if (comes_with_link(pairing, writer.index_in_to(column))) {
        take_from_parents(column, writer);
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
    if (only_inherited(column) && !behind && !is_detached(column.parent, writer)) return;
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
    return !pair.has(Property::generated) && !pair.has(Property::expression);
}

void alter_type(const Pair& pair, Writer& writer) {
    const ObjectIndex index = writer.index_in_to(pair.to);
    const bool retyped = writer.pairing().retyped[index];
    if (!retyped && !pair.has(Property::type) && !pair.has(Property::collation)) return;
    if (only_inherited(pair.to) && !is_detached(pair.from.parent, writer)) return;
    const std::string& type = pair.to.get(Property::type);
    std::string text = alter_column(pair.to, writer.to(), false) + "TYPE " + type;
    if (pair.to.has(Property::collation)) text += " COLLATE " + pair.to.get(Property::collation);
    const std::string conversion =
        conversion_of(own_name(pair.to), pair.from.get(Property::type), type, retyped);
    const bool foreign = table_object(pair.to, writer.to()).kind == Kind::foreign_table;
    if (!conversion.empty() && !foreign) text += " USING " + conversion;
    const bool widens = only_widens(pair.from.get(Property::type), type) && !retyped;
    writer.add(text, widens ? Hazards{} : Hazards{false, true, true, true});
}

void alter_not_null(const Pair& pair, Writer& writer, bool set) {
    if (!pair.has(Property::not_null) || pair.to.has(Property::not_null) != set) return;
    if (writer.to().server_version >= 180000) return;
    const bool partitioned = table_object(pair.to, writer.to()).has(Property::partition_key);
    Statement& statement = writer.add(
        alter_column(pair.to, writer.to(), !partitioned) + (set ? "SET NOT NULL" : "DROP NOT NULL"),
        set ? scans_rows : Hazards{});
    if (set) statement.form = StatementForm::set_not_null;
}

void write_new_not_null(const Object& constraint, Writer& writer);
void write_dropped_not_null(const Object& constraint, Writer& writer);

// An identity needs its column's NOT NULL all its life, so the column writes both.
bool identity_comes_or_goes(ObjectIndex column, const Writer& writer) {
    const ObjectIndex other = writer.pairing().from_of_to[column];
    if (!writer.pairing().altered(column)) return false;
    return writer.from().at(other).has(Property::identity) !=
           writer.to().at(column).has(Property::identity);
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
        writer.add(prefix + "ADD " + identity_text(pair.to));
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

// A new type brings its own storage and no compression.
void alter_storage(const Pair& pair, Writer& writer) {
    const std::string prefix = alter_column(pair.to, writer.to());
    const bool type =
        pair.has(Property::type) || writer.pairing().retyped[writer.index_in_to(pair.to)];
    if (type ? pair.to.has(Property::storage) : pair.has(Property::storage)) {
        const std::string& storage = pair.to.has(Property::storage)
                                         ? pair.to.get(Property::storage)
                                         : pair.to.get(Property::type_storage);
        if (!storage.empty()) writer.add(prefix + "SET STORAGE " + storage);
    }
    if (type ? pair.to.has(Property::compression) : pair.has(Property::compression)) {
        const std::string& method = pair.to.get(Property::compression);
        writer.add(prefix + "SET COMPRESSION " + (method.empty() ? "default" : method));
    }
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
            pair.from.has(Property::inherited) && !is_detached(pair.from.parent, writer);
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

void write_not_null_comment(const Object& constraint, const Object& column, Writer& writer) {
    const std::string text = constraint.has(Property::comment)
                                 ? sql::quote_literal(constraint.get(Property::comment))
                                 : "NULL";
    writer.add(fmt::format("COMMENT ON CONSTRAINT {} ON {} IS {}", constraint.get(Property::name_),
                           table_object(column, writer.to()).address, text));
}

void write_new_not_null(const Object& constraint, Writer& writer) {
    if (only_inherited(constraint)) return;
    const Object& column = writer.to().at(constraint.parent);
    Statement& statement = writer.add(
        fmt::format("{}ADD CONSTRAINT {} NOT NULL {}{}{}", alter_table(column, writer.to(), false),
                    constraint.get(Property::name_), own_name(column),
                    constraint.has(Property::no_inherit) ? " NO INHERIT" : "",
                    constraint.is(Property::validated, "f") ? " NOT VALID" : ""),
        scans_rows);
    statement.form = StatementForm::add_constraint;
    if (constraint.has(Property::comment)) write_not_null_comment(constraint, column, writer);
}

void create_not_null(const Object& constraint, Writer& writer) {
    if (!identity_comes_or_goes(constraint.parent, writer)) write_new_not_null(constraint, writer);
}

void drop_not_null(const Object& constraint, Writer& writer) {
    const ObjectIndex kept = writer.pairing().to_of_from[constraint.parent];
    if (kept != no_object && identity_comes_or_goes(kept, writer)) return;
    write_dropped_not_null(constraint, writer);
}

void write_dropped_not_null(const Object& constraint, Writer& writer) {
    if (only_inherited(constraint)) return;
    const Object& column = writer.from().at(constraint.parent);
    writer.add(fmt::format("{}DROP CONSTRAINT {}", alter_table(column, writer.from(), false),
                           constraint.get(Property::name_)));
}

bool can_alter_not_null(const Pair& pair) {
    return pair.only({Property::name_}) || (pair.only({Property::validated, Property::name_}) &&
                                            pair.to.is(Property::validated, "t"));
}

// Whether the parent's constraint gets another name, and gives it to its heirs.
bool renamed_above(const Object& column, const Writer& writer) {
    return std::ranges::any_of(column.depends_on, [&](ObjectIndex on) {
        return std::ranges::any_of(writer.to().children(on), [&](ObjectIndex child) {
            return writer.to().at(child).kind == Kind::not_null &&
                   writer.pairing().has_changed(child, Property::name_);
        });
    });
}

void rename_not_null(const Pair& pair, const Object& column, Writer& writer) {
    const std::string& from = pair.from.get(Property::name_);
    const std::string& to = pair.to.get(Property::name_);
    const bool detached = is_detached(writer.pairing().from_of_to[column.parent], writer);
    if (!detached && only_inherited(pair.from) && only_inherited(pair.to)) {
        if (renamed_above(column, writer)) return;
        writer.refuse(fmt::format("constraint {} of column {} is inherited and cannot become {}",
                                  from, column.address, to));
    }
    writer.add(fmt::format("{}RENAME CONSTRAINT {} TO {}", alter_table(column, writer.to(), false),
                           from, to));
}

void alter_not_null_constraint(const Pair& pair, Writer& writer) {
    const Object& column = writer.to().at(pair.to.parent);
    const std::string prefix = alter_table(column, writer.to(), false);
    if (pair.has(Property::name_)) rename_not_null(pair, column, writer);
    if (pair.has(Property::validated)) {
        writer.add(fmt::format("{}VALIDATE CONSTRAINT {}", prefix, pair.to.get(Property::name_)));
    }
    if (pair.has(Property::comment)) write_not_null_comment(pair.to, column, writer);
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
const KindRules not_null_rules{create_not_null, drop_not_null, can_alter_not_null,
                               alter_not_null_constraint};

}  // namespace revisiond::diff
