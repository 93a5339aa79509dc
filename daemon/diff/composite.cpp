#include "diff/composite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "diff/simple.hpp"

namespace revisiond::diff {
namespace {

// An attribute line: the name, and "type COLLATE x".
struct TypeAttribute {
    std::string name;
    std::string type;
    bool operator==(const TypeAttribute&) const = default;
};

std::vector<TypeAttribute> attributes_of(const Object& object) {
    std::vector<TypeAttribute> attributes;
    for (const std::string& line : lines_of(object.get(Property::attributes))) {
        const auto tab = line.find('\t');
        attributes.push_back({line.substr(0, tab), line.substr(tab + 1)});
    }
    return attributes;
}

bool holds(const std::vector<TypeAttribute>& attributes, const std::string& name) {
    return std::ranges::find(attributes, name, &TypeAttribute::name) != attributes.end();
}

void create_composite(const Object& object, Writer& writer) {
    if (is_shifted(object, writer)) shift_away(object, writer);
    std::vector<std::string> attributes;
    for (const TypeAttribute& attribute : attributes_of(object)) {
        attributes.push_back("\n    " + attribute.name + " " + attribute.type);
    }
    writer.add(fmt::format("CREATE TYPE {} AS ({}\n)", object.address, fmt::join(attributes, ",")));
    write_common(object, writer);
    for (const ObjectIndex child : writer.to().children(writer.index_in_to(object))) {
        write_common(writer.to().at(child), writer);
    }
}

// Attributes can be dropped, and added at the end (as columns); the others must keep order and
// type.
bool can_alter_composite(const Pair& pair) {
    if (!pair.only({Property::attributes})) return false;
    const auto to = attributes_of(pair.to);
    std::vector<TypeAttribute> kept;
    for (const TypeAttribute& attribute : attributes_of(pair.from)) {
        if (holds(to, attribute.name)) kept.push_back(attribute);
    }
    return kept.size() <= to.size() && std::equal(kept.begin(), kept.end(), to.begin());
}

}  // namespace

bool is_attribute(const Object& column, const Catalog& catalog) {
    return catalog.at(column.parent).kind == Kind::composite_type;
}

void add_attribute(const Object& column, Writer& writer) {
    if (writer.pairing().created(column.parent)) return;
    std::string text =
        fmt::format("ALTER TYPE {} ADD ATTRIBUTE {} {}", table_of(column, writer.to()),
                    own_name(column), column.get(Property::type));
    if (column.has(Property::collation)) text += " COLLATE " + column.get(Property::collation);
    writer.add(text + " CASCADE");
}

void drop_attribute(const Object& column, Writer& writer) {
    Hazards hazards;
    hazards.loses_data = true;
    writer.add(fmt::format("ALTER TYPE {} DROP ATTRIBUTE {} CASCADE",
                           table_of(column, writer.from()), own_name(column)),
               hazards);
}

const KindRules composite_rules{create_composite, drop_type, can_alter_composite, alter_common};

}  // namespace revisiond::diff
