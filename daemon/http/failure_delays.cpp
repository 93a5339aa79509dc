#include "http/failure_delays.hpp"

#include <algorithm>

namespace revisiond::http {
namespace {

constexpr std::size_t prefix_length = 8;
constexpr unsigned free_failures = 2;
constexpr std::chrono::milliseconds first_delay{100};
constexpr std::chrono::milliseconds longest_delay{5000};
constexpr std::chrono::seconds forgotten_after{60};

}  // namespace

std::chrono::milliseconds FailureDelays::failed(std::string_view address, std::string_view token,
                                                Clock::time_point now) {
    std::string key(address);
    key += ' ';
    key += token.substr(0, prefix_length);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) {
        if (entries_.size() >= most_) {
            by_key_.erase(entries_.back().key);
            entries_.pop_back();
        }
        entries_.push_front({std::move(key), 0, now});
        by_key_.emplace(entries_.front().key, entries_.begin());
    } else {
        entries_.splice(entries_.begin(), entries_, found->second);
    }
    Entry& entry = entries_.front();
    if (now - entry.last > forgotten_after) entry.failures = 0;
    entry.last = now;
    ++entry.failures;
    if (entry.failures <= free_failures) return std::chrono::milliseconds{0};
    const unsigned doublings = std::min(entry.failures - free_failures - 1, 16U);
    return std::min(longest_delay, first_delay * (1 << doublings));
}

}  // namespace revisiond::http
