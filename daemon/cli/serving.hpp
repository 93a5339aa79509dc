// What the commands serve and dev ask of the daemon, which is above this room.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "config/config.hpp"

namespace revisiond::cli {

// How to be a daemon.
struct ServeRequest {
    std::shared_ptr<const config::Config> config;
    // On SIGHUP: the configuration as it is now.
    std::function<Expected<config::Config, Diagnostics>()> reload;
    // Whether another port will do when the one that is configured is taken.
    bool any_port = false;
    // It listens, on these addresses.
    std::function<void(const std::vector<std::string>&)> started;
    // Asked a few times a second: a reason to end, with failure.
    std::function<std::optional<Diagnostic>()> fatal;
};

// The daemon itself.
using Serve = Exit (*)(const ServeRequest& request, Console& console);

}  // namespace revisiond::cli
