// What is known of a database, for people.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/style.hpp"
#include "database/database_state.hpp"
#include "service/status.hpp"

namespace revisiond::cli {

// A line each, newest first, in columns, with line ends.
std::string database_history_text(const std::vector<database::HistoryRow>& history,
                                  const Style& style);

// The overview; `last` are the newest lines of the history.
std::string status_text(const service::Status& status,
                        const std::vector<database::HistoryRow>& last, const Style& style);

std::string holder_text(const std::optional<database::LockHolder>& holder);

// "3 ms", "4.2 s", "2 min 5 s".
std::string duration_text(std::int64_t microseconds);

}  // namespace revisiond::cli
