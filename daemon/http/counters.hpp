// The counts behind Statistics, as the threads keep them. Internal to the room.
#pragma once

#include <atomic>
#include <cstdint>

#include "http/statistics.hpp"

namespace revisiond::http {

// A number that one thread changes and others read now and then.
class Counter {
  public:
    void operator++() { value_.fetch_add(1, std::memory_order_relaxed); }
    void operator--() { value_.fetch_sub(1, std::memory_order_relaxed); }
    operator std::uint64_t() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_ = 0;
};

// One member for each of Statistics.
struct Counters {
    Counter accepted, refused, prepared, handled, bad_requests, timeouts, authentication_failures,
        overloaded, dropped_consumers, connections, streams, waiting, queued;

    Statistics snapshot() const {
        return {accepted,
                refused,
                prepared,
                handled,
                bad_requests,
                timeouts,
                authentication_failures,
                overloaded,
                dropped_consumers,
                connections,
                streams,
                waiting,
                queued};
    }
};

}  // namespace revisiond::http
