// How a drop reaches those who depend on what is dropped. Internal to the room.
#pragma once

#include "diff/pairing.hpp"

namespace revisiond::diff {

// Marks for rebuilding whatever stands on an object that is replaced, or on a column that gets
// another type, and decides which replaced types must be shifted since columns use them.
void propagate(Pairing& pairing);

}  // namespace revisiond::diff
