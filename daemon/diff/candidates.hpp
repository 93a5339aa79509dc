// Drops and creates that look like renames. Internal to the room.
#pragma once

#include <vector>

#include "diff/compare.hpp"
#include "diff/pairing.hpp"

namespace revisiond::diff {

// Tables with the same columns, and columns of one table with the same type: each gone one with a
// new one, when neither fits a second.
std::vector<RenameCandidate> rename_candidates(const Pairing& pairing);

}  // namespace revisiond::diff
