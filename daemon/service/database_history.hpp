// What was done to a database, and who is at it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "database/database_state.hpp"
#include "service/problem.hpp"
#include "service/project.hpp"

namespace revisiond::service {

// Newest first; `limit` 0: all. Only rows below the id `before`, when it is not 0, and of
// `revision`, when it is not empty.
Expected<std::vector<database::HistoryRow>, Problem> database_history(
    const Project& project, std::size_t limit, std::int64_t before = 0,
    const std::string& revision = {});

// `lock`: who holds the advisory lock, if anybody. Refuses a standby, which cannot know.
Expected<std::optional<database::LockHolder>, Problem> lock_holder(const Project& project);

}  // namespace revisiond::service
