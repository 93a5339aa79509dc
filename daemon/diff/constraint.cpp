#include <fmt/format.h>

#include <algorithm>

#include "diff/column_parts.hpp"
#include "diff/foster.hpp"
#include "diff/simple.hpp"
#include "diff/table_parts.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {
namespace {

bool is_foreign_key(const Object& constraint) {
    return constraint.is(Property::constraint_type, "f");
}

// Comes and goes with the parent's. Those with an index are made one by one and attached.
bool comes_with_parent(const Object& constraint) {
    return !has_index(constraint) && constraint.is(Property::local, "f") &&
           constraint.has(Property::inherited);
}

std::string index_address(const Object& constraint) {
    return sql::quote_identifier(constraint.schema) + "." + own_name(constraint);
}

void write_index_comment(const Object& constraint, Writer& writer) {
    writer.add(fmt::format("COMMENT ON INDEX {} IS {}", index_address(constraint),
                           constraint.has(Property::index_comment)
                               ? sql::quote_literal(constraint.get(Property::index_comment))
                               : "NULL"));
}

// An index of a partitioned table has the options of its beginning for life.
bool has_fixed_options(const Object& constraint) {
    return constraint.has(Property::is_partition);
}

std::string with_options(const Object& constraint) {
    std::string text = constraint.get(Property::definition);
    const auto end = std::min({text.find(" WHERE ("), text.find(" DEFERRABLE"), text.size()});
    return text.insert(end,
                       fmt::format(" WITH ({})", option_list(constraint.get(Property::options))));
}

void write_extras(const Object& constraint, Writer& writer) {
    if (constraint.has(Property::options) && !has_fixed_options(constraint)) {
        writer.add(fmt::format("ALTER INDEX {} SET ({})", index_address(constraint),
                               option_list(constraint.get(Property::options))));
    }
    if (writer.options().tablespaces && constraint.has(Property::tablespace)) {
        writer.add(fmt::format("ALTER INDEX {} SET TABLESPACE {}", index_address(constraint),
                               constraint.get(Property::tablespace)),
                   writes_file_again);
    }
    if (constraint.has(Property::index_comment)) write_index_comment(constraint, writer);
    write_common(constraint, writer);
}

void add_constraint(const Object& constraint, Writer& writer) {
    const Object& table = table_object(constraint, writer.to());
    const bool only = has_index(constraint) && table.has(Property::partition_key);
    Hazards hazards;
    hazards.blocks_writers = hazards.may_fail = !constraint.is(Property::validated, "f");
    writer
        .add(alter_table(constraint, writer.to(), only) + "ADD " + constraint_clause(constraint),
             hazards)
        .form = StatementForm::add_constraint;
}

// A table that becomes a partition must have its parent's checks.
bool wanted_by_attach(const Object& constraint, const Writer& writer) {
    return constraint.is(Property::constraint_type, "c") &&
           std::ranges::any_of(writer.to().children(constraint.parent), [&](ObjectIndex child) {
               return writer.to().at(child).kind == Kind::partition &&
                      writer.pairing().created(child);
           });
}

// Its parent's is NOT VALID and comes as such.
bool is_valid_below(const Object& constraint, const Writer& writer) {
    if (!table_object(constraint, writer.to()).has(Property::is_partition)) return false;
    if (!comes_with_parent(constraint) || constraint.is(Property::validated, "f")) return false;
    return std::ranges::any_of(constraint.depends_on, [&](ObjectIndex on) {
        const Object& above = writer.to().at(on);
        return above.is(Property::constraint_type, "c") && above.is(Property::validated, "f");
    });
}

void validate(const Object& constraint, Writer& writer) {
    writer.add(alter_table(constraint, writer.to(), false) + "VALIDATE CONSTRAINT " +
               own_name(constraint));
}

void create_constraint(const Object& constraint, Writer& writer) {
    if (comes_with_link(writer.pairing(), writer.index_in_to(constraint))) {
        add_by_foster(writer.index_in_to(constraint), constraint_clause(constraint), writer);
    } else if (!comes_with_parent(constraint) || wanted_by_attach(constraint, writer)) {
        add_constraint(constraint, writer);
    } else if (is_valid_below(constraint, writer)) {
        validate(constraint, writer);
    }
    write_extras(constraint, writer);
}

void drop_constraint(const Object& constraint, Writer& writer) {
    const bool behind = stays_behind(writer.pairing(), writer.index_in_from(constraint));
    if (comes_with_parent(constraint) && !behind &&
        !is_detached(writer.pairing(), constraint.parent))
        return;
    writer.add(alter_table(constraint, writer.from(), false) + "DROP CONSTRAINT " +
               own_name(constraint));
}

// The definition without what can be changed in place.
std::string lasting_definition(const Object& constraint) {
    std::string text = constraint.get(Property::definition);
    for (const std::string_view ending :
         {" NOT VALID", " INITIALLY DEFERRED", " DEFERRABLE", " NOT ENFORCED"}) {
        if (ending != " NOT VALID" && ending != " NOT ENFORCED" && !is_foreign_key(constraint))
            continue;
        if (text.ends_with(ending)) text.resize(text.size() - ending.size());
    }
    return text;
}

bool can_alter_constraint(const Pair& pair) {
    if (!pair.only({Property::definition, Property::validated, Property::deferrable,
                    Property::deferred, Property::options, Property::index_comment,
                    Property::tablespace, Property::name_})) {
        return false;
    }
    if (pair.has(Property::options) && has_fixed_options(pair.to)) return false;
    if (!pair.has(Property::definition)) return true;
    if (pair.to.is(Property::validated, "f") && pair.has(Property::validated)) return false;
    if (comes_with_parent(pair.to) && comes_with_parent(pair.from)) return true;
    return lasting_definition(pair.from) == lasting_definition(pair.to);
}

std::string_view deferral(const Object& constraint) {
    if (!constraint.has(Property::deferrable)) return "NOT DEFERRABLE";
    return constraint.has(Property::deferred) ? "DEFERRABLE INITIALLY DEFERRED"
                                              : "DEFERRABLE INITIALLY IMMEDIATE";
}

void alter_constraint(const Pair& pair, Writer& writer) {
    if (pair.has(Property::name_)) {
        writer.add(fmt::format("ALTER TABLE {} RENAME CONSTRAINT {} TO {}",
                               table_object(pair.to, writer.to()).address, own_name(pair.from),
                               own_name(pair.to)));
    }
    const bool own = !comes_with_parent(pair.to);
    if (pair.has(Property::validated) && (own || is_valid_below(pair.to, writer))) {
        validate(pair.to, writer);
    }
    if (own && (pair.has(Property::deferrable) || pair.has(Property::deferred))) {
        writer.add(fmt::format("{}ALTER CONSTRAINT {} {}", alter_table(pair.to, writer.to(), false),
                               own_name(pair.to), deferral(pair.to)));
    }
    if (pair.has(Property::options)) {
        write_option_changes(fmt::format("ALTER INDEX {} ", index_address(pair.to)),
                             pair.from.get(Property::options), pair.to.get(Property::options), "",
                             writer);
    }
    if (pair.has(Property::tablespace)) {
        const std::string& space = pair.to.get(Property::tablespace);
        writer.add(fmt::format("ALTER INDEX {} SET TABLESPACE {}", index_address(pair.to),
                               space.empty() ? "pg_default" : space),
                   writes_file_again);
    }
    if (pair.has(Property::index_comment)) write_index_comment(pair.to, writer);
    write_common_changes(pair.from, pair.to, writer);
}

}  // namespace

bool in_create_table(ObjectIndex index, const Object& constraint, const Writer& writer) {
    if (!writer.inlined(index) || constraint.is(Property::validated, "f")) return false;
    const bool partition = table_object(constraint, writer.to()).has(Property::is_partition);
    return partition || !comes_with_parent(constraint);
}

std::string constraint_clause(const Object& constraint) {
    const bool options = constraint.has(Property::options) && has_fixed_options(constraint);
    return fmt::format("CONSTRAINT {} {}", own_name(constraint),
                       options ? with_options(constraint) : constraint.get(Property::definition));
}

void write_inlined_constraint(ObjectIndex index, const Object& constraint, Writer& writer) {
    const bool partition = table_object(constraint, writer.to()).has(Property::is_partition);
    if (!in_create_table(index, constraint, writer) &&
        (partition || !comes_with_parent(constraint))) {
        add_constraint(constraint, writer);
    }
    write_extras(constraint, writer);
}

const KindRules constraint_rules{create_constraint, drop_constraint, can_alter_constraint,
                                 alter_constraint};

}  // namespace revisiond::diff
