#include <fmt/format.h>

#include "diff/simple.hpp"

namespace revisiond::diff {
namespace {

constexpr Hazards checks_rows{false, false, true, true};

std::string constraint_text(const Object& constraint) {
    return fmt::format("CONSTRAINT {} {}", own_name(constraint),
                       constraint.get(Property::definition));
}

void create_domain(const Object& object, Writer& writer) {
    if (is_shifted(object, writer)) shift_away(object, writer);
    std::string text =
        fmt::format("CREATE DOMAIN {} AS {}", object.address, object.get(Property::type));
    if (object.has(Property::collation)) text += " COLLATE " + object.get(Property::collation);
    if (object.has(Property::not_null)) text += " NOT NULL";
    if (object.has(Property::default_value)) {
        text += " DEFAULT " + object.get(Property::default_value);
    }
    for (const ObjectIndex child : writer.to().children(writer.index_in_to(object))) {
        const Object& constraint = writer.to().at(child);
        if (!writer.inlined(child) || constraint.is(Property::validated, "f")) continue;
        text += " " + constraint_text(constraint);
    }
    writer.add(text);
    write_common(object, writer);
    for (const ObjectIndex child : writer.to().children(writer.index_in_to(object))) {
        if (!writer.inlined(child)) continue;
        const Object& constraint = writer.to().at(child);
        if (constraint.is(Property::validated, "f")) {
            writer.add(
                fmt::format("ALTER DOMAIN {} ADD {}", object.address, constraint_text(constraint)));
        }
        write_common(constraint, writer);
    }
}

bool can_alter_domain(const Pair& pair) {
    return pair.only({Property::not_null, Property::default_value});
}

void alter_domain(const Pair& pair, Writer& writer) {
    const std::string prefix = fmt::format("ALTER DOMAIN {} ", pair.to.address);
    if (pair.has(Property::default_value) ||
        writer.pairing().redefaulted[writer.index_in_to(pair.to)]) {
        writer.add(prefix + (pair.to.has(Property::default_value)
                                 ? "SET DEFAULT " + pair.to.get(Property::default_value)
                                 : "DROP DEFAULT"));
    }
    if (pair.has(Property::not_null)) {
        const bool set = pair.to.has(Property::not_null);
        writer.add(prefix + (set ? "SET NOT NULL" : "DROP NOT NULL"),
                   set ? checks_rows : Hazards{});
    }
    write_common_changes(pair.from, pair.to, writer);
}

void create_domain_constraint(const Object& object, Writer& writer) {
    writer
        .add(fmt::format("ALTER DOMAIN {} ADD {}", table_of(object, writer.to()),
                         constraint_text(object)),
             checks_rows)
        .form = StatementForm::add_constraint;
    write_common(object, writer);
}

void drop_domain_constraint(const Object& object, Writer& writer) {
    writer.add(fmt::format("ALTER DOMAIN {} DROP CONSTRAINT {}", table_of(object, writer.from()),
                           own_name(object)));
}

bool can_alter_domain_constraint(const Pair& pair) {
    if (pair.only({Property::name_})) return true;
    return pair.only({Property::definition, Property::validated}) &&
           pair.from.is(Property::validated, "f") && pair.to.is(Property::validated, "t") &&
           pair.from.get(Property::definition) == pair.to.get(Property::definition) + " NOT VALID";
}

void alter_domain_constraint(const Pair& pair, Writer& writer) {
    if (pair.has(Property::name_)) {
        writer.add(fmt::format("ALTER DOMAIN {} RENAME CONSTRAINT {} TO {}",
                               table_of(pair.to, writer.to()), own_name(pair.from),
                               own_name(pair.to)));
    }
    if (pair.has(Property::validated)) {
        writer.add(fmt::format("ALTER DOMAIN {} VALIDATE CONSTRAINT {}",
                               table_of(pair.to, writer.to()), own_name(pair.to)));
    }
    write_common_changes(pair.from, pair.to, writer);
}

}  // namespace

void drop_default_of_domain(const Object& domain, Writer& writer) {
    writer.add(fmt::format("ALTER DOMAIN {} DROP DEFAULT", domain.address));
}

const KindRules domain_rules{create_domain, drop_type, can_alter_domain, alter_domain};
const KindRules domain_constraint_rules{create_domain_constraint, drop_domain_constraint,
                                        can_alter_domain_constraint, alter_domain_constraint};

}  // namespace revisiond::diff
