// Whether a schema is at least where somebody needs it.
#pragma once

#include <string>

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

// `at_least`: a revision, its unique beginning or a label's head; empty: all heads of the files.
// Pure.
Readiness readiness(const graph::RevisionMap& map, const Status& status,
                    const std::string& at_least);

}  // namespace revisiond::service
