// Whether a thread still goes round. Internal to the room.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "base/bell.hpp"

namespace revisiond::http {

// A question that one thread asks and another answers once a round.
class Pulse {
  public:
    // False when a question has waited for longer. Asks, and wakes the other thread by its bell,
    // when the last one was answered. Of the asking thread.
    bool beats(const Bell& bell, std::chrono::seconds patience) {
        if (answered_ != asked_) return Clock::now() - asked_at_ < patience;
        asked_at_ = Clock::now();
        ++asked_;
        bell.ring();
        return true;
    }
    void answer() { answered_ = asked_.load(); }

  private:
    using Clock = std::chrono::steady_clock;

    std::atomic<std::uint64_t> asked_ = 0;
    std::atomic<std::uint64_t> answered_ = 0;
    Clock::time_point asked_at_;
};

}  // namespace revisiond::http
