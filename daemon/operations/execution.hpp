// One operation, run by the leader. Internal to the room.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "apply/locked_database.hpp"
#include "operations/board.hpp"

namespace revisiond::operations {

// How an operation ended.
struct Ending {
    std::string
        state;  // as in Operation, or "queued": it was stopped on its way, and goes on later
    std::string error;    // in words
    std::string problem;  // the same as JSON; empty: none
    std::string result;   // JSON; empty: none
    std::vector<std::string> applied;
    std::vector<std::string> rows;
    std::size_t lost_events = 0;   // that the database did not take
    bool leadership_lost = false;  // then nothing more may be written: the next leader settles it
};

// What the leader lends to an operation.
struct Leadership {
    apply::LockedDatabase& database;
    const service::Project& project;
    const apply::Requester& requester;  // this process
    std::stop_token stop_after_step;    // the daemon ends: finish the step, queue the rest
};

// Plans again under the lock, checks again what was checked at acceptance, runs. `cancel` cancels
// the running statement. REQUIRES: the operation is claimed, in the leadership's term.
Ending execute(const Leadership& leadership, const database::Operation& operation,
               apply::Listener& listener, std::stop_token cancel);

}  // namespace revisiond::operations
