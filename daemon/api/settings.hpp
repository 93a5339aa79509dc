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
// `inherited` are sockets that are open already, which `listen` does not add to. Refuses to be
// reachable from other machines without tokens and allow_plaintext.
Expected<ServerPlan, Diagnostics> plan_server(const config::Config& config,
                                              const std::vector<http::Listener>& inherited);

}  // namespace revisiond::api
