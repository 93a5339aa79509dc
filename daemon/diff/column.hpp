// Columns, in CREATE TABLE and by themselves. Internal to the room.
#pragma once

#include <string>

#include "diff/writer.hpp"

namespace revisiond::diff {

// "name type COLLATE … DEFAULT … NOT NULL", as in CREATE TABLE and ADD COLUMN; of a typed table's,
// without the type.
std::string column_definition(const Object& column, const Writer& writer, bool typed_table = false);
// Whether there is something to say of a typed table's column.
bool has_column_options(const Object& column, const Writer& writer);
// What no column definition can say: storage, statistics, options, comment, privileges.
void write_column_extras(const Object& column, Writer& writer);

}  // namespace revisiond::diff
