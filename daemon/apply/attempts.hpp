// Work that meets locks, tried again until apply.lock_retry_for has passed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "apply/transaction_block.hpp"

namespace revisiond::apply {

// Calls `attempt` until it succeeds (nothing) or fails for good. After a lock timeout, a deadlock
// or a serialization failure the listener hears of it, and the next attempt begins after a pause;
// `attempt` has rolled back then. The failure that is returned says when patience has ended and for
// whom it waited; after a stop it is `cancelled`. What [verify] answers is final; what it runs into
// is not.
std::optional<BlockFailure> run_attempts(
    const Run& run, const std::function<std::optional<BlockFailure>()>& attempt);

// The same for a message of our own that belongs to no revision and is one whole transaction, or
// one statement. `doing` completes "… while ".
Expected<std::vector<database::ResultTable>, Failure> run_retrying(const Run& run,
                                                                   database::Session& session,
                                                                   const std::string& message,
                                                                   const std::string& doing);

}  // namespace revisiond::apply
