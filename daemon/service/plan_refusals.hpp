// What of a plan may not run on a scratch server. Internal to the room.
#pragma once

#include "base/diagnostic.hpp"
#include "plan/migration_plan.hpp"
#include "scratch/script_loader.hpp"

namespace revisiond::service {

// Each with its place; empty when all of it may.
Diagnostics refusals(const plan::MigrationPlan& plan, scratch::ReachGuard& guard,
                     const scratch::LoadOptions& options);

}  // namespace revisiond::service
