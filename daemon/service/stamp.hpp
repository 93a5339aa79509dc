// stamp and ensure_version: rows without SQL.
#pragma once

#include <string>
#include <vector>

#include "service/migrate.hpp"

namespace revisiond::service {

// `purge` forgets all rows first, also those that no file knows.
Expected<Outcome, Problem> stamp(const Project& project, const std::vector<std::string>& targets,
                                 bool purge, const RunContext& context);

// The version table and the state schema, where they are missing.
Expected<Outcome, Problem> ensure_version(const Project& project, const RunContext& context);

// `ensure_version --sql`: the same as a script, for someone who may create. `role` is the one that
// revisiond connects as; empty: the configuration's user.
Expected<std::string, Problem> ensure_version_script(const Project& project,
                                                     const std::string& role);

}  // namespace revisiond::service
