// Parents for the time being. A column that is a child's only by inheritance becomes the child's
// own when its last parent goes, also when another is about to come. So where parents change, the
// columns that stay inherited are held by a foster parent meanwhile. Internal to the room.
#pragma once

#include <vector>

#include "diff/writer.hpp"

namespace revisiond::diff {

// The columns and constraints of `to` that a foster parent of this table must hold; none where no
// parent goes, or where one of them changes meanwhile, which the foster parent's would not.
std::vector<ObjectIndex> fostered(const Pairing& pairing, ObjectIndex table);

// To be called around what is written of each link of the table: the foster parent comes with the
// first and goes with the last.
void begin_link(ObjectIndex table, Writer& writer);
void end_link(ObjectIndex table, Writer& writer);

}  // namespace revisiond::diff
