// Slowing down those who guess tokens.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace revisiond::http {

// How long the next 401 is held back, by address and the first characters of the token: a guess
// slows its own kind alone, and a right token is never slowed. The first two failures cost
// nothing, then 100 ms, doubling up to 5 s; a quiet minute forgets. Bounded: the key that failed
// longest ago makes room. One thread.
class FailureDelays {
  public:
    using Clock = std::chrono::steady_clock;

    explicit FailureDelays(std::size_t most = 4096) : most_(most) {}

    // Counts a failure; what is answered with it must wait this long. It never waits itself.
    std::chrono::milliseconds failed(std::string_view address, std::string_view token,
                                     Clock::time_point now);
    std::size_t size() const { return entries_.size(); }

  private:
    struct Entry {
        std::string key;
        unsigned failures = 0;
        Clock::time_point last;
    };
    std::list<Entry> entries_;  // the latest failure first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;
    std::size_t most_;
};

}  // namespace revisiond::http
