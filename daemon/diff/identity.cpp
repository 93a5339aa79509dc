#include "diff/identity.hpp"

#include <fmt/format.h>

#include "diff/conversion.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {
namespace {

void write_sequence_comment(const Object& column, Writer& writer) {
    writer.add(fmt::format("COMMENT ON SEQUENCE {} IS {}", column.get(Property::sequence_name),
                           column.has(Property::sequence_comment)
                               ? sql::quote_literal(column.get(Property::sequence_comment))
                               : "NULL"));
}

// Its table's, unless said otherwise.
void write_persistence(const Object& column, Writer& writer) {
    const std::string& persistence = column.has(Property::sequence_persistence)
                                         ? column.get(Property::sequence_persistence)
                                         : writer.to().at(column.parent).get(Property::persistence);
    writer.add(fmt::format("ALTER SEQUENCE {} SET {}", column.get(Property::sequence_name),
                           persistence == "u" ? "UNLOGGED" : "LOGGED"));
}

}  // namespace

std::string identity_text(const Object& column) {
    return fmt::format("GENERATED {} AS IDENTITY (SEQUENCE NAME {} {})",
                       column.get(Property::identity), column.get(Property::sequence_name),
                       column.get(Property::sequence_options));
}

void write_identity_extras(const Object& column, Writer& writer) {
    if (!column.has(Property::identity)) return;
    if (column.has(Property::sequence_persistence)) write_persistence(column, writer);
    if (column.has(Property::sequence_comment)) write_sequence_comment(column, writer);
    write_sequence_privileges(nullptr, column, writer);
}

void write_identity_changes(const Pair& pair, const std::string& prefix, Writer& writer) {
    if (pair.has(Property::sequence_name)) {
        const std::string& name = pair.to.get(Property::sequence_name);
        writer.add(fmt::format("ALTER SEQUENCE {} RENAME TO {}",
                               pair.from.get(Property::sequence_name), last_part(name)));
    }
    if (pair.has(Property::identity)) {
        writer.add(prefix + "SET GENERATED " + pair.to.get(Property::identity));
    }
    if (pair.has(Property::sequence_options)) {
        writer.add(prefix + identity_changes(pair.from.get(Property::sequence_options),
                                             pair.to.get(Property::sequence_options)));
    }
    if (pair.has(Property::sequence_persistence)) write_persistence(pair.to, writer);
    if (pair.has(Property::sequence_comment)) write_sequence_comment(pair.to, writer);
    write_sequence_privileges(&pair.from, pair.to, writer);
}

}  // namespace revisiond::diff
