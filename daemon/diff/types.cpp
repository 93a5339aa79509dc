// Ranges, base types and collations.
#include <fmt/format.h>

#include "diff/free_name.hpp"
#include "diff/simple.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {
namespace {

void create_collation(const Object& object, Writer& writer) {
    if (is_shifted(object, writer)) shift_away(object, writer);
    std::vector<std::string> options{"provider = " + object.get(Property::provider)};
    const auto text = [&](std::string_view name, Property property) {
        if (!object.has(property)) return;
        options.push_back(fmt::format("{} = {}", name, sql::quote_literal(object.get(property))));
    };
    const bool same = object.has(Property::lc_collate) &&
                      object.get(Property::lc_collate) == object.get(Property::lc_ctype);
    if (object.has(Property::locale)) {
        text("locale", Property::locale);
    } else if (same) {
        text("locale", Property::lc_collate);
    } else {
        text("lc_collate", Property::lc_collate);
        text("lc_ctype", Property::lc_ctype);
    }
    text("rules", Property::rules);
    if (object.is(Property::deterministic, "f")) options.push_back("deterministic = false");
    writer.add(fmt::format("CREATE COLLATION {} ({})", object.address, fmt::join(options, ", ")));
    write_common(object, writer);
}

void refuse_shift(const Object& object, Writer& writer) {
    writer.refuse(fmt::format("{} {} is used by columns and cannot be changed",
                              catalog::name_of(object.kind), object.address));
}

// The subtype may have been renamed before its range.
std::string subtype_meanwhile(const Object& old, const Writer& writer) {
    for (const ObjectIndex on : old.depends_on) {
        const Object& type = writer.from().at(on);
        if (type.address != old.get(Property::subtype) || !is_shifted(type, writer)) continue;
        return fmt::format("{}.{}", sql::quote_identifier(type.schema), shifted_name(type, writer));
    }
    return old.get(Property::subtype);
}

// The constructors of a range have its name, which the new one's need.
void shift_range_away(const Object& object, Writer& writer) {
    shift_away(object, writer);
    const Object& old = writer.from().at(writer.index_in_from(object));
    if (old.kind != Kind::range_type) return;
    const std::string fresh_name = shifted_name(object, writer);
    const auto rename = [&](const std::string& function, const std::string& arguments) {
        writer.add(
            fmt::format("ALTER FUNCTION {}({}) RENAME TO {}", function, arguments, fresh_name));
    };
    const std::string subtype = subtype_meanwhile(old, writer);
    rename(object.address, fmt::format("{0}, {0}", subtype));
    rename(object.address, fmt::format("{0}, {0}, text", subtype));
    if (!old.has(Property::multirange)) return;
    const std::string& multirange = old.get(Property::multirange);
    const std::string moved =
        fmt::format("{}.{}", sql::quote_identifier(object.schema), fresh_name);
    rename(multirange, "");
    rename(multirange, moved);
    rename(multirange, moved + "[]");
    writer.add(
        fmt::format("ALTER TYPE {} RENAME TO {}", multirange,
                    sql::quote_identifier(free_name(writer.from(), writer.to(), object.schema,
                                                    object.name, "_multirange_replaced"))));
}

void create_range(const Object& object, Writer& writer) {
    if (is_shifted(object, writer)) {
        if (object.has(Property::canonical)) refuse_shift(object, writer);
        shift_range_away(object, writer);
    }
    std::vector<std::string> options{"subtype = " + object.get(Property::subtype)};
    const auto option = [&](std::string_view name, Property property) {
        if (object.has(property)) {
            options.push_back(fmt::format("{} = {}", name, object.get(property)));
        }
    };
    option("multirange_type_name", Property::multirange);
    option("subtype_opclass", Property::opclass);
    option("collation", Property::collation);
    option("canonical", Property::canonical);
    option("subtype_diff", Property::subtype_diff);
    writer.add(
        fmt::format("CREATE TYPE {} AS RANGE ({})", object.address, fmt::join(options, ", ")));
    write_common(object, writer);
}

void create_shell(const Object& object, Writer& writer) {
    writer.add("CREATE TYPE " + object.address);
    write_common(object, writer);
}

void drop_shell(const Object& object, Writer& writer) {
    for (const Kind full : {Kind::base_type, Kind::range_type}) {
        if (writer.from().find(full, object.address) != no_object) return;
    }
    drop_plainly(object, writer);
}

// Its functions go with it: they could not exist without the type, nor it without them.
void drop_with_functions(const Object& object, Writer& writer) {
    writer.add(fmt::format("DROP TYPE {} CASCADE", object.address));
}

void drop_range(const Object& object, Writer& writer) {
    if (!object.has(Property::canonical) || is_shifted(object, writer)) {
        return drop_type(object, writer);
    }
    drop_with_functions(object, writer);
}

void create_base(const Object& object, Writer& writer) {
    if (is_shifted(object, writer)) refuse_shift(object, writer);
    writer.add(
        fmt::format("CREATE TYPE {} ({})", object.address, object.get(Property::definition)));
    write_common(object, writer);
}

}  // namespace

const KindRules collation_rules{create_collation, drop_type, never_alterable, alter_common};
const KindRules range_rules{create_range, drop_range, never_alterable, alter_common};
const KindRules shell_type_rules{create_shell, drop_shell, never_alterable, alter_common};
const KindRules base_type_rules{create_base, drop_with_functions, never_alterable, alter_common};

}  // namespace revisiond::diff
