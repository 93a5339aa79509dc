#include "diff/simple.hpp"

#include <fmt/format.h>

#include "diff/free_name.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {

void drop_plainly(const Object& object, Writer& writer) {
    writer.add(fmt::format("DROP {} {}", catalog::sql_words(object.kind), object.address));
}

void drop_with_data(const Object& object, Writer& writer) {
    Hazards hazards;
    hazards.loses_data = true;
    writer.add(fmt::format("DROP {} {}", catalog::sql_words(object.kind), object.address), hazards);
}

void drop_nothing(const Object&, Writer&) {}

bool never_alterable(const Pair&) {
    return false;
}

void alter_common(const Pair& pair, Writer& writer) {
    write_common_changes(pair.from, pair.to, writer);
}

std::string shifted_name(const Object& object, const Writer& writer) {
    return sql::quote_identifier(
        free_name(writer.from(), writer.to(), object.schema, object.name, "_replaced"));
}

bool is_shifted(const Object& object, const Writer& writer) {
    const ObjectIndex index = writer.index_in_from(object);
    return index != no_object && writer.pairing().from_fate[index] == Fate::shift;
}

void shift_away(const Object& object, Writer& writer) {
    const Object& old = writer.from().at(writer.index_in_from(object));
    writer.add(fmt::format("ALTER {} {} RENAME TO {}", catalog::sql_words(old.kind), old.address,
                           shifted_name(old, writer)));
}

void drop_type(const Object& object, Writer& writer) {
    if (!is_shifted(object, writer)) {
        drop_plainly(object, writer);
        return;
    }
    writer.add(fmt::format("DROP {} {}.{}", catalog::sql_words(object.kind),
                           sql::quote_identifier(object.schema), shifted_name(object, writer)));
}

std::string_view enable_words(std::string_view state) {
    if (state == "D") return "DISABLE";
    if (state == "R") return "ENABLE REPLICA";
    if (state == "A") return "ENABLE ALWAYS";
    return "ENABLE";
}

// The address has the server's own spelling, which quotes only where it must.
std::string own_name(const Object& object) {
    const bool plain = object.kind == Kind::column
                           ? object.address.ends_with("." + object.name)
                           : object.address.starts_with(object.name + " ON ");
    return plain ? object.name : sql::quote_identifier(object.name);
}

const std::string& table_of(const Object& child, const Catalog& catalog) {
    return catalog.at(child.parent).address;
}

}  // namespace revisiond::diff
