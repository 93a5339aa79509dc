// Tables under other tables.
#include <fmt/format.h>

#include "diff/simple.hpp"

namespace revisiond::diff {
namespace {

void create_inheritance(const Object& link, Writer& writer) {
    const Object& table = writer.to().at(link.parent);
    writer.add(fmt::format("ALTER {} {} INHERIT {}", catalog::sql_words(table.kind), table.address,
                           link.get(Property::parent_name)));
}

void drop_inheritance(const Object& link, Writer& writer) {
    const Object& table = writer.from().at(link.parent);
    writer.add(fmt::format("ALTER {} {} NO INHERIT {}", catalog::sql_words(table.kind),
                           table.address, link.get(Property::parent_name)));
}

void attach(const Object& link, Writer& writer) {
    const Object& table = writer.to().at(link.parent);
    Hazards hazards;
    hazards.blocks_writers = hazards.may_fail = true;
    writer.add(fmt::format("ALTER TABLE {} ATTACH PARTITION {} {}", link.get(Property::parent_name),
                           table.address, link.get(Property::partition_bound)),
               hazards);
}

void detach(const Object& link, Writer& writer) {
    const Object& table = writer.from().at(link.parent);
    writer.add(fmt::format("ALTER TABLE {} DETACH PARTITION {}", link.get(Property::parent_name),
                           table.address));
}

}  // namespace

const KindRules inheritance_rules{create_inheritance, drop_inheritance, never_alterable,
                                  alter_common};
const KindRules partition_rules{attach, detach, never_alterable, alter_common};

}  // namespace revisiond::diff
