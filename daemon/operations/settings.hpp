// How an instance serves its database.
#pragma once

#include <chrono>
#include <string>

namespace revisiond::operations {

struct InstanceSettings {
    bool automatic = false;  // apply mode auto: upgrade to heads at start and when files settle
    std::string public_url;  // what others are sent to; empty: none
    // How long a leader that lacks an operation's revisions waits for an instance that has them.
    std::chrono::milliseconds missing_revisions_for{30'000};
    // A leader whose connection has been idle and whose heartbeat has been missing for so long is
    // stopped or gone: a living one asks for work every second, unless it compares. Followers end
    // its connection.
    std::chrono::milliseconds dead_leader_after{30'000};
};

}  // namespace revisiond::operations
