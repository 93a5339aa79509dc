// Whether a schema is at least where somebody needs it.
#pragma once

#include <string>

#include "database/operation.hpp"
#include "graph/revision_map.hpp"
#include "service/status.hpp"

namespace revisiond::service {

struct Readiness {
    enum class Verdict {
        ready,    // it is applied, whatever came after
        not_yet,  // it may still come, also when nobody here knows it
        failed,   // it will not come until a person has looked
    };
    Verdict verdict = Verdict::not_yet;
    std::string detail;                // one sentence
    std::vector<std::string> missing;  // what is meant and not applied
};

// What the queue says of upgrades.
struct UpgradeAttempts {
    const database::Operation* failed = nullptr;  // database::QueueState::failed; null: none
    bool under_way = false;  // work waits or runs that may apply what is missing
};
UpgradeAttempts attempts_of(const database::Operation* running, const database::Operation* failed,
                            std::size_t queued);

// `at_least`: a revision, its unique beginning or a label's head; empty: all heads of the files.
// Pure.
Readiness readiness(const graph::RevisionMap& map, const Status& status,
                    const UpgradeAttempts& attempts, const std::string& at_least);
// The same, asking the database.
Expected<Readiness, Problem> readiness(const Project& project, const std::string& at_least);

}  // namespace revisiond::service
