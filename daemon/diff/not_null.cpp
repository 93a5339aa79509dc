// NOT NULL, which is a constraint with a name from PostgreSQL 18 on.
#include <fmt/format.h>

#include <algorithm>

#include "diff/column_parts.hpp"
#include "diff/foster.hpp"
#include "diff/in_the_way.hpp"
#include "diff/simple.hpp"
#include "diff/table_parts.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {
namespace {

void write_not_null_comment(const Object& constraint, const Object& column, Writer& writer) {
    const std::string text = constraint.has(Property::comment)
                                 ? sql::quote_literal(constraint.get(Property::comment))
                                 : "NULL";
    writer.add(fmt::format("COMMENT ON CONSTRAINT {} ON {} IS {}", constraint.get(Property::name_),
                           table_object(column, writer.to()).address, text));
}

void create_not_null(const Object& constraint, Writer& writer) {
    if (!identity_comes_or_goes(constraint.parent, writer)) write_new_not_null(constraint, writer);
}

void drop_not_null(const Object& constraint, Writer& writer) {
    const ObjectIndex kept = writer.pairing().to_of_from[constraint.parent];
    if (kept != no_object && identity_comes_or_goes(kept, writer)) return;
    write_dropped_not_null(constraint, writer);
}

bool can_alter_not_null(const Pair& pair) {
    return pair.only({Property::name_, Property::local}) ||
           (pair.only({Property::validated, Property::name_, Property::local}) &&
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
    const bool detached = is_detached(writer.pairing(), writer.pairing().from_of_to[column.parent]);
    const bool inherited = only_inherited(pair.from) && only_inherited(pair.to);
    if (!detached && (inherited || pair.has(Property::local))) {
        if (renamed_above(column, writer)) return;
        writer.refuse(fmt::format("constraint {} of column {} is inherited and cannot become {}",
                                  from, column.address, to));
    }
    writer.add(fmt::format("{}RENAME CONSTRAINT {} TO {}", alter_table(column, writer.to(), false),
                           from, to));
}

// What the parents have as well becomes the table's own too when it is added once more.
void write_ownership(const Object& constraint, const Object& column, const std::string& prefix,
                     Writer& writer) {
    const std::string& name = constraint.get(Property::name_);
    if (constraint.is(Property::local, "t")) {
        writer.add(fmt::format("{}ADD CONSTRAINT {} NOT NULL {}", prefix, name, own_name(column)));
        return;
    }
    writer.refuse(
        fmt::format("constraint {} of column {} is inherited and not the table's own in "
                    "the target, and no statement makes it so",
                    name, column.address));
}

void alter_not_null_constraint(const Pair& pair, Writer& writer) {
    const Object& column = writer.to().at(pair.to.parent);
    const std::string prefix = alter_table(column, writer.to(), false);
    if (pair.has(Property::name_)) rename_not_null(pair, column, writer);
    if (pair.has(Property::validated)) {
        writer.add(fmt::format("{}VALIDATE CONSTRAINT {}", prefix, pair.to.get(Property::name_)));
    }
    if (pair.has(Property::local)) write_ownership(pair.to, column, prefix, writer);
    if (pair.has(Property::comment)) write_not_null_comment(pair.to, column, writer);
}

bool is_partitioned(const Object& column, const Catalog& catalog) {
    return table_object(column, catalog).has(Property::partition_key);
}

void set_not_null(const Object& column, Writer& writer) {
    const bool only = !is_partitioned(column, writer.to());
    writer.add(alter_column(column, writer.to(), only) + "SET NOT NULL", scans_rows).form =
        StatementForm::set_not_null;
}

// DROP NOT NULL reaches all partitions, also those that shall keep theirs.
void set_not_null_below(ObjectIndex column, Writer& writer) {
    const Pairing& pairing = writer.pairing();
    for (const ObjectIndex below : heirs_of(pairing, column)) {
        const ObjectIndex kept = pairing.to_of_from[below];
        if (kept == no_object || pairing.created(kept)) continue;
        if (is_detached(pairing, writer.from().at(below).parent)) continue;
        const Object& object = writer.to().at(kept);
        if (object.has(Property::not_null)) {
            writer.begin(object, false);
            set_not_null(object, writer);
        }
        if (!object.has(Property::not_null) || !is_partitioned(object, writer.to())) {
            set_not_null_below(below, writer);
        }
    }
}

}  // namespace

void alter_not_null(const Pair& pair, Writer& writer, bool set) {
    if (!pair.has(Property::not_null) || pair.to.has(Property::not_null) != set) return;
    if (writer.to().server_version >= 180000) return;
    if (set) return set_not_null(pair.to, writer);
    const bool partitioned = is_partitioned(pair.to, writer.to());
    writer.add(alter_column(pair.to, writer.to(), !partitioned) + "DROP NOT NULL");
    if (!partitioned) return;
    set_not_null_below(writer.index_in_from(pair.from), writer);
    writer.begin(pair.to, false);
}

bool identity_comes_or_goes(ObjectIndex column, const Writer& writer) {
    const ObjectIndex other = writer.pairing().from_of_to[column];
    if (!writer.pairing().altered(column)) return false;
    return writer.from().at(other).has(Property::identity) !=
           writer.to().at(column).has(Property::identity);
}

void write_new_not_null(const Object& constraint, Writer& writer) {
    const Object& column = writer.to().at(constraint.parent);
    const ObjectIndex table = writer.pairing().from_of_to[column.parent];
    const bool alone = table != no_object && is_detached(writer.pairing(), table);
    const std::string definition =
        fmt::format("CONSTRAINT {} NOT NULL {}{}{}", constraint.get(Property::name_),
                    own_name(column), constraint.has(Property::no_inherit) ? " NO INHERIT" : "",
                    constraint.is(Property::validated, "f") ? " NOT VALID" : "");
    const ObjectIndex index = writer.index_in_to(constraint);
    if (comes_with_link(writer.pairing(), index)) {
        add_by_foster(index, definition, writer);
    } else if (only_inherited(constraint) && !alone) {
        return;
    } else {
        writer
            .add(fmt::format("{}ADD {}", alter_table(column, writer.to(), false), definition),
                 scans_rows)
            .form = StatementForm::add_constraint;
    }
    if (constraint.has(Property::comment)) write_not_null_comment(constraint, column, writer);
}

void write_dropped_not_null(const Object& constraint, Writer& writer) {
    const Object& column = writer.from().at(constraint.parent);
    const bool alone = is_detached(writer.pairing(), column.parent) ||
                       stays_behind(writer.pairing(), writer.index_in_from(constraint));
    if (only_inherited(constraint) && !alone) return;
    writer.add(fmt::format("{}DROP CONSTRAINT {}", alter_table(column, writer.from(), false),
                           constraint.get(Property::name_)));
}

const KindRules not_null_rules{create_not_null, drop_not_null, can_alter_not_null,
                               alter_not_null_constraint};

}  // namespace revisiond::diff
