#include "service/readiness.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "graph/planner.hpp"

namespace revisiond::service {
namespace {

using Verdict = Readiness::Verdict;

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// The revisions that are meant; an id that the files do not know stands for itself.
std::vector<std::string> wanted(const graph::RevisionMap& map, const Status& status,
                                const std::string& at_least) {
    if (at_least.empty()) return status.heads;
    if (const auto target = graph::parse_target(at_least)) {
        // A place that is counted from the rows would move with them.
        if (const auto found = graph::resolve(map, {}, *target)) return map.ids(*found);
    }
    return {at_least};
}

bool is_applied(const graph::RevisionMap& map, const Status& status, const std::string& revision) {
    if (contains(status.current, revision) || contains(status.below_unknown, revision)) return true;
    if (!map.find(revision)) return false;
    return std::none_of(status.pending.begin(), status.pending.end(),
                        [&](const auto& pending) { return pending.revision == revision; });
}

// Why nothing goes on by itself in this state; null when it may.
const char* obstacle(StateKind state) {
    switch (state) {
        case StateKind::foreign:
            return "the version table stands in another schema";
        case StateKind::in_doubt:
            return "an interrupted statement waits for `repair`";
        case StateKind::half_done:
            return "a revision is half done";
        case StateKind::diverged:
            return "the database has diverged from the files";
        case StateKind::modified:
            return "applied files have been modified";
        default:
            return nullptr;
    }
}

}  // namespace

Readiness readiness(const graph::RevisionMap& map, const Status& status,
                    const std::string& at_least) {
    Readiness found;
    for (std::string& revision : wanted(map, status, at_least)) {
        if (!is_applied(map, status, revision)) found.missing.push_back(std::move(revision));
    }
    if (found.missing.empty()) return {Verdict::ready, "applied", {}};
    const std::string names = join(found.missing, ", ");
    const char* why = obstacle(status.state);
    found.verdict = why != nullptr ? Verdict::failed : Verdict::not_yet;
    found.detail = why != nullptr ? fmt::format("{} is not applied, and {}", names, why)
                                  : fmt::format("{} is not applied yet", names);
    return found;
}

}  // namespace revisiond::service
