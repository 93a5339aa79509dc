// Targets from texts. Internal to the room.
#pragma once

#include <string>
#include <vector>

#include "graph/heads.hpp"
#include "graph/target.hpp"
#include "service/problem.hpp"
#include "service/project.hpp"

namespace revisiond::service {

// All of them, or everything that is wrong with any.
Expected<std::vector<graph::Target>, Problem> parse_targets(const std::vector<std::string>& texts);

// Rows that a person gives (--from, the left side of a:b) as a version table would hold them:
// without those that others imply. "base" is none.
Expected<graph::AppliedRows, Problem> given_rows(const Project& project,
                                                 const std::vector<graph::Target>& targets);

}  // namespace revisiond::service
