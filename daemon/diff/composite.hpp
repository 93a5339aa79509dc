// Composite types, whose attributes are columns without a table. Internal to the room.
#pragma once

#include "diff/writer.hpp"

namespace revisiond::diff {

bool is_attribute(const Object& column, const Catalog& catalog);
// ALTER TYPE … ADD ATTRIBUTE, unless the type is created with it.
void add_attribute(const Object& column, Writer& writer);
void drop_attribute(const Object& column, Writer& writer);

}  // namespace revisiond::diff
