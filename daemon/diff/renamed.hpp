// Indexes and constraints that have another name and are otherwise the same. They are renamed: to
// make one again is to read the whole table, with its writers kept out. Nothing is asked, since no
// row knows their names. Internal to the room.
#pragma once

#include "diff/pairing.hpp"
#include "diff/selection.hpp"

namespace revisiond::diff {

// Pairs those of either side alone that differ in their names. Left out are parts and wholes of
// partitioned tables and what is inherited, whose names belong together, and those whose new name
// something else has.
void match_renamed(Pairing& pairing, const Selection& selection);

// Whether this pair is one of them.
bool is_renamed(const Object& from, const Object& to);

}  // namespace revisiond::diff
