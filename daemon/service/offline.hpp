// upgrade, downgrade and stamp with --sql: scripts for psql, made without a database; only
// `current` as the start asks it where it is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/revision.hpp"
#include "service/problem.hpp"
#include "service/project.hpp"

namespace revisiond::service {

// `range` is `to`, or `from:to`. An upgrade without `from` begins at base; a downgrade needs it.
Expected<std::string, Problem> migration_script(const Project& project, graph::Direction direction,
                                                const std::string& range,
                                                const std::optional<std::string>& tag);

// Each of `targets` as above; `from` may stand in one of them only.
Expected<std::string, Problem> stamp_script(const Project& project,
                                            const std::vector<std::string>& targets,
                                            const std::optional<std::string>& tag);

}  // namespace revisiond::service
