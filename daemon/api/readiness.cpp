#include "api/readiness.hpp"

namespace revisiond::api {

using Verdict = Readiness::Verdict;

Readiness readiness(const service::DatabaseSnapshot& snapshot, const std::string& at_least,
                    std::chrono::steady_clock::time_point now) {
    if (!snapshot.status || !snapshot.project) {
        return {Verdict::not_yet, "the database has not been read yet", {}};
    }
    if (now - snapshot.read_at > oldest_proof) {
        return {Verdict::not_yet, "the database was read too long ago, at " + snapshot.as_of, {}};
    }
    const auto attempts =
        service::attempts_of(snapshot.running.get(), snapshot.failed.get(), snapshot.queued);
    return service::readiness(snapshot.project->map(), *snapshot.status, attempts, at_least);
}

}  // namespace revisiond::api
