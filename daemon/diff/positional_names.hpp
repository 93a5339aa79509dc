// Queries that name a table's columns by their places: `FROM t x(p, q)`. A database may have the
// columns in another order than its target, since a new one always comes last; the same text is
// another query there. Internal to the room.
#pragma once

#include <string_view>

#include "diff/writer.hpp"

namespace revisiond::diff {

// Refuses the object of `to` when its text, as it is to be written, names columns of a table whose
// order is another one by then.
void refuse_moved_names(const Object& object, std::string_view text, Writer& writer);

}  // namespace revisiond::diff
