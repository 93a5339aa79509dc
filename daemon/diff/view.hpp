// Views in two steps, where they are part of a circle. Internal to the room.
#pragma once

#include "diff/writer.hpp"

namespace revisiond::diff {

// The view with its columns and nothing that it looks at: of a new one, of one that stays and gets
// columns, or of an old one on its way out.
void outline_view(const Object& view, Writer& writer);
// The rest of a view that was created so.
void fill_view(const Object& view, Writer& writer);

}  // namespace revisiond::diff
