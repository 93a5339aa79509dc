#include <fmt/format.h>

#include "diff/positional_names.hpp"
#include "diff/simple.hpp"

namespace revisiond::diff {
namespace {

void write_routine(const Object& object, Writer& writer) {
    refuse_moved_names(object, object.get(Property::definition), writer);
    writer.add(object.get(Property::definition));
}

void create_routine(const Object& object, Writer& writer) {
    write_routine(object, writer);
    write_common(object, writer);
}

std::size_t count_defaults(const Object& object) {
    const std::string& text = object.get(Property::arguments);
    std::size_t count = 0;
    for (auto at = text.find(" DEFAULT "); at != std::string::npos;
         at = text.find(" DEFAULT ", at + 1)) {
        ++count;
    }
    return count;
}

// What CREATE OR REPLACE accepts: the same result and argument names, no default taken away.
bool can_alter_routine(const Pair& pair) {
    return pair.only({Property::definition}) &&
           pair.from.get(Property::result) == pair.to.get(Property::result) &&
           pair.from.get(Property::argument_names) == pair.to.get(Property::argument_names) &&
           count_defaults(pair.from) <= count_defaults(pair.to);
}

void alter_routine(const Pair& pair, Writer& writer) {
    if (pair.has(Property::definition)) write_routine(pair.to, writer);
    write_common_changes(pair.from, pair.to, writer);
}

void create_aggregate(const Object& object, Writer& writer) {
    const auto open = object.address.find('(');
    writer.add(fmt::format("CREATE AGGREGATE {}({}) ({})", object.address.substr(0, open),
                           object.get(Property::arguments), object.get(Property::definition)));
    write_common(object, writer);
}

void create_cast(const Object& object, Writer& writer) {
    writer.add(fmt::format("CREATE CAST {} {}", object.address, object.get(Property::definition)));
    write_common(object, writer);
}

void create_transform(const Object& object, Writer& writer) {
    writer.add(
        fmt::format("CREATE TRANSFORM {} ({})", object.address, object.get(Property::definition)));
    write_common(object, writer);
}

void create_conversion(const Object& object, Writer& writer) {
    writer.add(fmt::format("CREATE {}CONVERSION {} {}",
                           object.has(Property::is_default) ? "DEFAULT " : "", object.address,
                           object.get(Property::definition)));
    write_common(object, writer);
}

}  // namespace

const KindRules routine_rules{create_routine, drop_plainly, can_alter_routine, alter_routine};
const KindRules aggregate_rules{create_aggregate, drop_plainly, never_alterable, alter_common};
const KindRules cast_rules{create_cast, drop_plainly, never_alterable, alter_common};
const KindRules transform_rules{create_transform, drop_plainly, never_alterable, alter_common};
const KindRules conversion_rules{create_conversion, drop_plainly, never_alterable, alter_common};

}  // namespace revisiond::diff
