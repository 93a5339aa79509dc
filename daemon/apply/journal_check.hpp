// What the journal of half applied revisions allows a plan to do. For this room alone.
#pragma once

#include <optional>

#include "apply/run.hpp"

namespace revisiond::apply {

// A revision that began statement by statement must be finished that way, before anything goes the
// other way.
std::optional<Failure> check_journal(const plan::MigrationPlan& plan,
                                     const database::DatabaseState& state);

}  // namespace revisiond::apply
