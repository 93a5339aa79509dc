// Counts for /metrics.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace revisiond::http {

// The server at one moment. Counts grow from its start; the others are of now.
struct Statistics {
    std::uint64_t accepted = 0;      // connections
    std::uint64_t refused = 0;       // connections over a limit
    std::uint64_t prepared = 0;      // requests that needed no worker
    std::uint64_t handled = 0;       // requests that a worker answered
    std::uint64_t bad_requests = 0;  // heads and bodies that were refused
    std::uint64_t timeouts = 0;      // connections closed at a deadline in a head, body or answer
    std::uint64_t authentication_failures = 0;
    std::uint64_t overloaded = 0;         // requests answered 503 because the queue was full
    std::uint64_t dropped_consumers = 0;  // streams that were too slow
    std::uint64_t connections = 0;        // open now, parked ones among them
    std::uint64_t streams = 0;            // event streams now
    std::uint64_t waiting = 0;            // long-polls now
    std::uint64_t queued = 0;             // requests that wait for a worker now
};

// One answered request, for metrics and access logs.
struct Served {
    std::string_view method;
    std::string_view route;  // the pattern, never the path: bounded in number
    int status = 0;
    std::chrono::microseconds elapsed{0};  // from the handler's begin to its answer
};

// A request that was turned away with 401 or 403, for the log.
struct Denied {
    int status = 0;
    std::string code;    // of the problem: "http.bad-token"
    std::string method;  // as sent
    std::string path;    // without the query
    std::string actor;   // of a valid token; empty: none
    std::string address;
};

}  // namespace revisiond::http
