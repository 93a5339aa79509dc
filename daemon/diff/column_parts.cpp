#include "diff/column_parts.hpp"

#include <fmt/format.h>

#include "diff/simple.hpp"

namespace revisiond::diff {

const Object& table_object(const Object& column, const Catalog& catalog) {
    return catalog.at(column.parent);
}

bool only_inherited(const Object& column) {
    return column.is(Property::local, "f") && column.has(Property::inherited);
}

std::string alter_table(const Object& column, const Catalog& catalog, bool only) {
    const Object& table = table_object(column, catalog);
    std::string_view words = "TABLE";
    if (table.kind == Kind::foreign_table) words = "FOREIGN TABLE";
    if (table.kind == Kind::materialized_view) words = "MATERIALIZED VIEW";
    if (table.kind == Kind::materialized_view) only = false;
    return fmt::format("ALTER {} {}{} ", words, only ? "ONLY " : "", table.address);
}

std::string alter_column(const Object& column, const Catalog& catalog, bool only) {
    return fmt::format("{}ALTER COLUMN {} ", alter_table(column, catalog, only), own_name(column));
}

const Object* child_of_kind(const Object& column, Kind kind, const Writer& writer) {
    for (const ObjectIndex child : writer.to().children(writer.index_in_to(column))) {
        if (writer.to().at(child).kind == kind) return &writer.to().at(child);
    }
    return nullptr;
}

std::string not_null_text(const Object& column, const Writer& writer) {
    if (writer.to().server_version < 180000) {
        return column.has(Property::not_null) ? " NOT NULL" : "";
    }
    const Object* constraint = child_of_kind(column, Kind::not_null, writer);
    if (constraint == nullptr || constraint->is(Property::validated, "f")) return "";
    return fmt::format(" CONSTRAINT {} NOT NULL{}", constraint->get(Property::name_),
                       constraint->has(Property::no_inherit) ? " NO INHERIT" : "");
}

}  // namespace revisiond::diff
