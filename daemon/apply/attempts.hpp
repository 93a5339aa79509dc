// Work that meets locks, tried again until apply.lock_retry_for has passed.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>

#include "apply/transaction_block.hpp"

namespace revisiond::apply {

// Calls `attempt` until it succeeds (nothing) or fails for good. After a lock timeout, a deadlock
// or a serialization failure the listener hears of it, and the next attempt begins after a pause;
// `attempt` has rolled back then. The failure that is returned says when patience has ended and for
// whom it waited; after a stop it is `cancelled`. What [verify] answers is final; what it runs into
// is not. `steps` are what BlockFailure::step counts in.
std::optional<BlockFailure> run_attempts(
    const Run& run, std::span<const plan::PlanStep> steps,
    const std::function<std::optional<BlockFailure>()>& attempt);

}  // namespace revisiond::apply
