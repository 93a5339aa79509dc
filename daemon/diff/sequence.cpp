#include <fmt/format.h>

#include <charconv>

#include "diff/positions.hpp"
#include "diff/simple.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {
namespace {

std::int64_t number(const Object& object, Property property) {
    const std::string& text = object.get(property);
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string options(const Object& object) {
    return fmt::format("AS {} START WITH {} INCREMENT BY {} MINVALUE {} MAXVALUE {} CACHE {}{}",
                       object.get(Property::type), object.get(Property::start),
                       object.get(Property::increment), object.get(Property::minimum),
                       object.get(Property::maximum), object.get(Property::cache),
                       object.has(Property::cycle) ? " CYCLE" : " NO CYCLE");
}

void create_sequence(const Object& object, Writer& writer) {
    set_predecessors_aside(object, writer);
    writer.add(fmt::format("CREATE {}SEQUENCE {} {}",
                           object.is(Property::persistence, "u") ? "UNLOGGED " : "", object.address,
                           options(object)));
    take_position(object, writer);
    write_common(object, writer);
}

// Where it stands is lost with it, unless another goes on there.
void drop_sequence(const Object& object, Writer& writer) {
    const bool aside = is_set_aside(writer.pairing(), writer.index_in_from(object));
    Hazards hazards;
    hazards.loses_data = !aside;
    writer.add("DROP SEQUENCE " + (aside ? name_aside(object, writer) : object.address), hazards);
}

bool can_alter_sequence(const Pair& pair) {
    return pair.only({Property::persistence, Property::type, Property::start, Property::increment,
                      Property::minimum, Property::maximum, Property::cache, Property::cycle,
                      Property::sequence_name});
}

void move_sequence(const Object& from, const Object& to, Writer& writer) {
    const std::string name = sql::quote_identifier(to.name);
    if (from.name != to.name) {
        writer.add(fmt::format("ALTER SEQUENCE {} RENAME TO {}", from.address, name));
    }
    if (from.schema != to.schema) {
        writer.add(fmt::format("ALTER SEQUENCE {}.{} SET SCHEMA {}",
                               sql::quote_identifier(from.schema), name,
                               sql::quote_identifier(to.schema)));
    }
}

void alter_sequence(const Pair& pair, Writer& writer) {
    if (pair.has(Property::sequence_name)) move_sequence(pair.from, pair.to, writer);
    const bool numbers = !pair.only({Property::persistence, Property::sequence_name});
    if (numbers) {
        // A sequence that has not moved stands at its old start, which the new limits may exclude.
        const std::int64_t start = number(pair.from, Property::start);
        Hazards hazards;
        hazards.loses_data = start < number(pair.to, Property::minimum) ||
                             start > number(pair.to, Property::maximum);
        writer.add(
            fmt::format("ALTER SEQUENCE {} {}{}", pair.to.address, options(pair.to),
                        hazards.loses_data ? " RESTART WITH " + pair.to.get(Property::start) : ""),
            hazards);
    }
    if (pair.has(Property::persistence)) {
        writer.add(fmt::format("ALTER SEQUENCE {} SET {}", pair.to.address,
                               pair.to.is(Property::persistence, "u") ? "UNLOGGED" : "LOGGED"));
    }
    write_common_changes(pair.from, pair.to, writer);
}

void create_owner(const Object& object, Writer& writer) {
    writer.add(fmt::format("ALTER SEQUENCE {} OWNED BY {}", object.address,
                           object.get(Property::definition)));
}

void drop_owner(const Object& object, Writer& writer) {
    writer.add(fmt::format("ALTER SEQUENCE {} OWNED BY NONE", object.address));
}

}  // namespace

const KindRules sequence_rules{create_sequence, drop_sequence, can_alter_sequence, alter_sequence};
const KindRules sequence_owner_rules{create_owner, drop_owner, never_alterable, alter_common};

}  // namespace revisiond::diff
