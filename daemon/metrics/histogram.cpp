#include "metrics/histogram.hpp"

#include <algorithm>

namespace revisiond::metrics {

void Histogram::observe(std::chrono::duration<double> time) {
    const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), time.count());
    const auto counts = counts_.lock();
    ++counts->buckets[static_cast<std::size_t>(bucket - bounds.begin())];
    counts->sum += time.count();
}

}  // namespace revisiond::metrics
