// `--dry-run`: everything is executed, in one transaction that is rolled back. For this room alone.
#pragma once

#include "apply/run.hpp"

namespace revisiond::apply {

// Takes the advisory lock like a real run, since it takes the same table locks. Writes nothing that
// stays, not even the version table.
Expected<RunResult, RunFailure> run_dry(const Run& run, const plan::MigrationPlan& plan,
                                        LockedDatabase* held);

}  // namespace revisiond::apply
