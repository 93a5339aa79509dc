// Whether a thread still goes round. Internal to the room.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace revisiond::http {

// A question that one thread asks and another answers once a round. What the answer would show is
// all that is shared.
class Pulse {
  public:
    // Asks when the last question was answered; the caller then wakes the other thread. Of the
    // asking thread.
    bool ask() {
        if (answered_ != asked_) return false;
        asked_at_ = Clock::now();
        ++asked_;
        return true;
    }
    // False when a question has waited for longer. Of the asking thread.
    bool beats(std::chrono::seconds patience) const {
        return answered_ == asked_ || Clock::now() - asked_at_ < patience;
    }
    void answer() { answered_ = asked_.load(); }

  private:
    using Clock = std::chrono::steady_clock;

    std::atomic<std::uint64_t> asked_ = 0;
    std::atomic<std::uint64_t> answered_ = 0;
    Clock::time_point asked_at_;
};

}  // namespace revisiond::http
