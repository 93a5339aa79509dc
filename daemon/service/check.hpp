// check: is the database at heads, and are the files sound?
#pragma once

#include <memory>
#include <string>

#include "config/config.hpp"
#include "service/problem.hpp"
#include "service/status.hpp"

namespace revisiond::service {

// The answer; `reasons` are why it is "no".
struct CheckResult {
    bool ok = false;
    Diagnostics reasons;
    Diagnostics warnings;
    std::optional<Status> status;  // absent when the files cannot be loaded
};

// Files that are not sound are an answer, not a problem; a database that cannot be asked is one.
Expected<CheckResult, Problem> check(std::shared_ptr<const config::Config> config,
                                     const std::string& name,
                                     const plan::Variables& variables = {});

}  // namespace revisiond::service
