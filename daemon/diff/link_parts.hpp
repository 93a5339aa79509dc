// Parts of link_actions(), one a subject. Internal to the room.
#pragma once

#include "diff/action_plan.hpp"

namespace revisiond::diff {

// An operator that names a partner gives the partner the link back, unless it comes first.
void link_operators(const Pairing& pairing, ActionPlan& plan);

// While a partition is attached its columns are its parent's business, so where it is detached and
// attached again, both tables change their columns in between.
void link_columns_of_partitions(const Pairing& pairing, ActionPlan& plan);

// What a child has of parents that leave it goes, or is made again, once they have left.
void link_columns_of_children(const Pairing& pairing, ActionPlan& plan);

}  // namespace revisiond::diff
