#include "api/readiness.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace revisiond::api {
namespace {

using Verdict = Readiness::Verdict;

// The last operation was to apply it and did not.
bool has_failed(const service::DatabaseSnapshot& snapshot, const std::string& revision) {
    if (!snapshot.last || snapshot.running || snapshot.queued > 0) return false;
    const database::Operation& last = *snapshot.last;
    const bool wrong = last.state == "failed" || last.state == "waiting_for_person";
    return wrong && last.kind == "upgrade" &&
           std::find(last.revisions.begin(), last.revisions.end(), revision) !=
               last.revisions.end();
}

}  // namespace

Readiness readiness(const service::DatabaseSnapshot& snapshot, const std::string& at_least,
                    std::chrono::steady_clock::time_point now) {
    if (!snapshot.status || !snapshot.project) {
        return {Verdict::not_yet, "the database has not been read yet", {}};
    }
    if (now - snapshot.read_at > oldest_proof) {
        return {Verdict::not_yet, "the database was read too long ago, at " + snapshot.as_of, {}};
    }
    Readiness found = service::readiness(snapshot.project->map(), *snapshot.status, at_least);
    if (found.verdict != Verdict::not_yet) return found;
    for (const std::string& revision : found.missing) {
        if (!has_failed(snapshot, revision)) continue;
        // Whoever asks may be anybody: the error itself is in the operation.
        found.verdict = Verdict::failed;
        found.detail =
            fmt::format("the upgrade to {} failed: see operation {}", revision, snapshot.last->id);
        return found;
    }
    return found;
}

}  // namespace revisiond::api
