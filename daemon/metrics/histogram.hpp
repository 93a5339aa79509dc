// How often something took how long.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include "base/guarded.hpp"

namespace revisiond::metrics {

// Counts durations by upper bounds from a millisecond to an hour. Any thread.
class Histogram {
  public:
    // In seconds; one bucket more holds what is longer.
    static constexpr std::array<double, 12> bounds{0.001, 0.005, 0.025, 0.1, 0.5, 1,
                                                   5,     30,    60,    300, 900, 3600};
    struct Counts {
        std::array<std::uint64_t, bounds.size() + 1> buckets{};  // not cumulated
        double sum = 0;                                          // seconds
    };

    void observe(std::chrono::duration<double> time);
    Counts counts() const { return *counts_.lock(); }

  private:
    Guarded<Counts> counts_;
};

}  // namespace revisiond::metrics
