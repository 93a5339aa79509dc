// [server] as the server takes it.
#pragma once

#include <vector>

#include "base/expected.hpp"
#include "config/config.hpp"
#include "http/server.hpp"

namespace revisiond::api {

// What [server] says to the room http. Everything wrong is reported at once, each with its key.
struct ServerPlan {
    std::vector<http::ListenAddress> listen;
    http::Limits limits;
    http::Security security;
};
// The sockets that are open already.
struct OpenSockets {
    std::vector<std::string> addresses;
    bool inherited = false;  // systemd opened them: `listen` is not used
};
// Refuses to be reachable from other machines without tokens and allow_plaintext, over sockets that
// are open as over those that `listen` would open.
Expected<ServerPlan, Diagnostics> plan_server(const config::Config& config,
                                              const OpenSockets& open);

}  // namespace revisiond::api
