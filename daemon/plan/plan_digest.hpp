// The digest that names a plan. Internal to the room.
#pragma once

#include <string>

#include "plan/migration_plan.hpp"

namespace revisiond::plan {

// "v1:" and 64 hex digits over everything that decides what the plan does: rows, steps in order
// with their row changes and modes, the checksum of the section that runs, [verify], and the
// variables. Paths, messages and time are not in it.
std::string digest_of(const MigrationPlan& plan);

}  // namespace revisiond::plan
