// check: is the database at heads, are the files sound, and is the database what its target says?
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "diff/compare.hpp"
#include "diff/renames.hpp"
#include "service/problem.hpp"
#include "service/status.hpp"

namespace revisiond::service {

// The answer; `reasons` are why it is "no".
struct CheckResult {
    bool ok = false;
    Diagnostics reasons;
    Diagnostics warnings;
    std::optional<Status> status;  // absent when the files cannot be loaded
    // What `revision --autogenerate` would generate. Absent when that was not asked: the database
    // has no target, or is not at heads.
    std::optional<std::vector<diff::Change>> operations;
    std::vector<diff::Rename> renames;  // the same, of renames
};

// Files that are not sound are an answer, not a problem; a database that cannot be asked is one.
Expected<CheckResult, Problem> check(std::shared_ptr<const config::Config> config,
                                     const std::string& name, const plan::Variables& variables = {},
                                     const std::stop_token& stop = {});

}  // namespace revisiond::service
