// A connection that the acceptor has, as values. Internal to the room.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "http/admission.hpp"
#include "http/client.hpp"

namespace revisiond::http {

// What a connection is doing.
enum class Phase {
    head,       // waits for a request, or reads its head
    body,       // reads the body of `request`
    working,    // a worker has its request
    lingering,  // was refused with bytes unread: drops them, so that the answer is not lost in a
                // reset
};

// A request that was admitted and whose body is coming.
struct PendingRequest {
    std::string head;  // rewritten
    Admitted admitted;
    std::string address;
    std::size_t body_size = 0;
};

struct Connection {
    using Clock = std::chrono::steady_clock;

    Client client;  // client.unread: what was read and not yet understood
    std::uint64_t serial = 0;
    Phase phase = Phase::head;
    std::size_t looked_at = 0;  // how much of an incomplete head was searched for its end
    PendingRequest request;
    bool keep_alive = true;       // of the request that is being answered
    bool head_only = false;       // the same
    std::optional<Scope> needed;  // the same: what its route asks for
    std::string output;           // what the socket would not take
    std::size_t sent = 0;
    bool ending = false;           // closes when the output is out…
    bool lingers = false;          // …but drops first what the client still sends
    bool reading = true;           // EPOLLIN is armed
    bool writing = false;          // EPOLLOUT is armed
    Clock::time_point deadline;    // when it is closed, or answered with a 408
    Clock::time_point idle_since;  // for choosing whom a newcomer replaces
    Visitor visitor;

    bool has_output() const { return sent < output.size(); }
    // Between requests, with nothing read and nothing to send.
    bool is_idle() const { return phase == Phase::head && client.unread.empty() && !has_output(); }
};

}  // namespace revisiond::http
