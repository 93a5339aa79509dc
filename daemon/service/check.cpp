#include "service/check.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace revisiond::service {

namespace {

Diagnostic pending_reason(const Status& status) {
    const std::size_t count = status.pending.size();
    return make_error(
        "check.pending",
        fmt::format("{} of {} revisions {} not applied to {}, {} first", count, status.revisions,
                    count == 1 ? "is" : "are", status.database, status.pending.front().revision),
        "run `revisiond upgrade heads`");
}

// Warnings that say that the database is not what the files say. A database that is ahead has
// everything that these files know: that is no reason.
bool is_reason(const Diagnostic& warning, const Status& status, bool refuse_modified) {
    if (warning.code == "service.modified") return refuse_modified;
    if (warning.code == "service.unknown-row") return status.state == StateKind::diverged;
    return warning.code == "service.foreign-version-table";
}

CheckResult judge(Status status, bool refuse_modified) {
    CheckResult result;
    if (!status.pending.empty()) result.reasons.push_back(pending_reason(status));
    for (const database::JournalEntry& entry : status.in_doubt) {
        result.reasons.push_back(make_error(
            "check.in-doubt",
            fmt::format("nobody knows whether a statement of revision {} took effect: {}",
                        entry.revision, entry.statement),
            "look, then say so with `revisiond repair --done` or `--retry`"));
    }
    for (const Diagnostic& warning : status.warnings) {
        const bool reason = is_reason(warning, status, refuse_modified);
        auto& list = reason ? result.reasons : result.warnings;
        list.push_back(warning);
        if (reason) list.back().severity = Severity::error;
    }
    result.ok = result.reasons.empty();
    result.status = std::move(status);
    return result;
}

}  // namespace

Expected<CheckResult, Problem> check(std::shared_ptr<const config::Config> config,
                                     const std::string& name, const plan::Variables& variables) {
    const auto settings = config->database(name);
    if (!settings) return unexpected(to_problem(settings.error()));
    auto project = Project::open(std::move(config), name, variables);
    if (!project) {
        CheckResult unsound;
        unsound.reasons = std::move(project.error().diagnostics);
        return unsound;
    }
    auto found = status(*project);
    if (!found) return unexpected(std::move(found.error()));
    return judge(std::move(*found), project->apply_options().refuse_modified);
}

}  // namespace revisiond::service
