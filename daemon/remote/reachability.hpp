// Why a daemon cannot be reached: httplib says only that there was no connection.
#pragma once

#include <chrono>
#include <string>

namespace revisiond::remote {

// Where a daemon listens: a host and a port, or the path of a UNIX socket.
struct Endpoint {
    std::string host;
    std::string port;  // a number or a service's name
    std::string unix_path;
};

// Connects once more and tells what the system says of each address, "127.0.0.1 port 7433:
// Connection refused"; waits for `patience` at most.
std::string why_unreachable(const Endpoint& endpoint, std::chrono::milliseconds patience);

}  // namespace revisiond::remote
