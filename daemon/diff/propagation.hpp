// How a drop reaches those who depend on what is dropped. Internal to the room.
#pragma once

#include <vector>

#include "diff/pairing.hpp"

namespace revisiond::diff {

// Marks for rebuilding whatever stands on an object that is replaced, or on a column that gets
// another type, and decides which replaced types must be shifted since columns use them.
void propagate(Pairing& pairing);

// Marks these of `from` too, which would be altered and stay, and whatever stands on them.
void make_again(Pairing& pairing, const std::vector<ObjectIndex>& objects);

}  // namespace revisiond::diff
