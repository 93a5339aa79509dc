// repair: accept changed files, settle statements in doubt.
#pragma once

#include <string>
#include <vector>

#include "service/migrate.hpp"

namespace revisiond::service {

// What to repair. Not anything(): nothing is done, and the outcome's notes say what there would be.
struct RepairWork {
    bool accept_all = false;
    std::vector<std::string> accept;  // revisions (ids or unique prefixes) whose change is accepted
    std::vector<std::string> done;    // in doubt: the statement took effect
    std::vector<std::string> retry;   // in doubt: it did not; run it again

    bool anything() const {
        return accept_all || !accept.empty() || !done.empty() || !retry.empty();
    }
};

struct Repaired {
    std::vector<std::string> accepted;
    std::vector<std::string> settled;
    Outcome outcome;
};

Expected<Repaired, Problem> repair(const Project& project, const RepairWork& work,
                                   const RunContext& context);

}  // namespace revisiond::service
