// What was done to a database, and who is at it.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "database/database_state.hpp"
#include "service/problem.hpp"
#include "service/project.hpp"

namespace revisiond::service {

// Newest first; `limit` 0: all.
Expected<std::vector<database::HistoryRow>, Problem> database_history(const Project& project,
                                                                      std::size_t limit);

// `lock`: who holds the advisory lock, if anybody.
Expected<std::optional<database::LockHolder>, Problem> lock_holder(const Project& project);

}  // namespace revisiond::service
