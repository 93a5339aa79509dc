// Dates and times as headers hold them. Internal to the room.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace revisiond::script {

// Microseconds since 1970 UTC of `2026-11-22`, `2026-11-22T10:15:00`, `2026-11-22
// 10:15:00.123456+01:00` and the like: RFC 3339 with everything behind the date optional. Without
// an offset the time is UTC. Digits behind the microseconds are dropped.
std::optional<std::int64_t> parse_timestamp(std::string_view text);

}  // namespace revisiond::script
