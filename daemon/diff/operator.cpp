#include <fmt/format.h>

#include "diff/simple.hpp"

namespace revisiond::diff {
namespace {

std::string bare_name(const Object& object) {
    return object.address.substr(0, object.address.rfind('('));
}

void create_operator(const Object& object, Writer& writer) {
    std::vector<std::string> parts{"FUNCTION = " + object.get(Property::procedure)};
    const auto part = [&](std::string_view name, Property property) {
        if (object.has(property))
            parts.push_back(fmt::format("{} = {}", name, object.get(property)));
    };
    part("LEFTARG", Property::left_type);
    part("RIGHTARG", Property::right_type);
    part("COMMUTATOR", Property::commutator);
    part("NEGATOR", Property::negator);
    part("RESTRICT", Property::restrict_function);
    part("JOIN", Property::join_function);
    if (object.has(Property::hashes)) parts.push_back("HASHES");
    if (object.has(Property::merges)) parts.push_back("MERGES");
    writer.add(fmt::format("CREATE OPERATOR {} ({})", bare_name(object), fmt::join(parts, ", ")));
    write_common(object, writer);
}

bool can_alter_operator(const Pair& pair) {
    return pair.only({Property::restrict_function, Property::join_function});
}

void alter_operator(const Pair& pair, Writer& writer) {
    const auto set = [&](std::string_view name, Property property) {
        if (!pair.has(property)) return;
        writer.add(fmt::format("ALTER OPERATOR {} SET ({} = {})", pair.to.address, name,
                               pair.to.has(property) ? pair.to.get(property) : "NONE"));
    };
    set("RESTRICT", Property::restrict_function);
    set("JOIN", Property::join_function);
    write_common_changes(pair.from, pair.to, writer);
}

void create_family(const Object& object, Writer& writer) {
    writer.add(fmt::format("CREATE OPERATOR FAMILY {}", object.address));
    write_common(object, writer);
}

void create_member(const Object& object, Writer& writer) {
    writer.add(fmt::format("ALTER OPERATOR FAMILY {} ADD {}", table_of(object, writer.to()),
                           object.get(Property::definition)));
}

void drop_family_member(const Object& object, Writer& writer) {
    writer.add(fmt::format("ALTER OPERATOR FAMILY {} DROP {}", table_of(object, writer.from()),
                           object.get(Property::members)));
}

void create_class(const Object& object, Writer& writer) {
    const auto name = object.address.substr(0, object.address.rfind(" USING "));
    writer.add(fmt::format("CREATE OPERATOR CLASS {} {}", name, object.get(Property::definition)));
    write_common(object, writer);
}

}  // namespace

const KindRules operator_rules{create_operator, drop_plainly, can_alter_operator, alter_operator};
const KindRules operator_family_rules{create_family, drop_plainly, never_alterable, alter_common};
const KindRules operator_family_member_rules{create_member, drop_family_member, never_alterable,
                                             alter_common};
const KindRules operator_class_rules{create_class, drop_plainly, never_alterable, alter_common};

}  // namespace revisiond::diff
