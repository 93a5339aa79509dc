#include "service/readiness.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "database/state_schema.hpp"
#include "graph/planner.hpp"
#include "service/database_view.hpp"

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

// The operation that was to apply it, did not, and is not followed by another try.
const database::Operation* failure_of(const UpgradeAttempts& attempts,
                                      const std::string& revision) {
    if (attempts.failed == nullptr || attempts.under_way) return nullptr;
    return contains(attempts.failed->revisions, revision) ? attempts.failed : nullptr;
}

}  // namespace

UpgradeAttempts attempts_of(const database::Operation* running, const database::Operation* failed,
                            std::size_t queued) {
    const bool applies = running != nullptr && running->kind != "drift" && !running->dry_run;
    return {failed, queued > 0 || applies};
}

Readiness readiness(const graph::RevisionMap& map, const Status& status,
                    const UpgradeAttempts& attempts, const std::string& at_least) {
    Readiness found;
    for (std::string& revision : wanted(map, status, at_least)) {
        if (!is_applied(map, status, revision)) found.missing.push_back(std::move(revision));
    }
    if (found.missing.empty()) return {Verdict::ready, "applied", {}};
    const std::string names = join(found.missing, ", ");
    // What is half done is finished by the operation that waits or runs.
    const bool goes_on = status.state == StateKind::half_done && attempts.under_way;
    const char* why = goes_on ? nullptr : obstacle(status.state);
    found.verdict = why != nullptr ? Verdict::failed : Verdict::not_yet;
    found.detail = why != nullptr ? fmt::format("{} is not applied, and {}", names, why)
                                  : fmt::format("{} is not applied yet", names);
    for (const std::string& revision : found.missing) {
        const database::Operation* failed = failure_of(attempts, revision);
        if (why != nullptr || failed == nullptr) continue;
        // Whoever asks may be anybody: the error itself is in the operation.
        found.verdict = Verdict::failed;
        found.detail =
            fmt::format("the upgrade to {} failed: see operation {}", revision, failed->id);
        return found;
    }
    return found;
}

Expected<Readiness, Problem> readiness(const Project& project, const std::string& at_least) {
    auto connection = connect(project);
    if (!connection) return unexpected(std::move(connection.error()));
    const database::Query query = database::query_of(*connection);
    const auto failed = [&](const database::SqlError& error) {
        return unexpected(to_problem(error, project.settings().connection));
    };
    auto outline = database::read_outline(query, project.names());
    if (!outline) return failed(outline.error());
    database::QueueState queue;
    if (outline->layout >= database::queue_layout) {
        auto read = database::read_queue(
            query, database::state_key(project.names(), outline->version_table), {});
        if (!read) return failed(read.error());
        queue = *std::move(read);
    }
    auto found = status(project, query);
    if (!found) return unexpected(std::move(found.error()));
    const UpgradeAttempts attempts =
        attempts_of(queue.running.operation.get(), queue.failed.operation.get(), queue.queued);
    return readiness(project.map(), *found, attempts, at_least);
}

}  // namespace revisiond::service
