#include "service/check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "graph/revision.hpp"
#include "script/revision_script.hpp"
#include "service/rename_requests.hpp"
#include "service/revision_body.hpp"
#include "service/schema_comparison.hpp"

namespace revisiond::service {

namespace {

// What must happen before, or instead of, an upgrade.
const char* pending_remedy(StateKind state) {
    switch (state) {
        case StateKind::foreign:
            return "say first which version table is meant";
        case StateKind::running:
            return "wait for the run that is under way";
        case StateKind::in_doubt:
            return "settle first what is in doubt with `revisiond repair`";
        case StateKind::half_done:
            return "finish first what was begun";
        case StateKind::diverged:
            return "use the migrations that the database was upgraded with";
        case StateKind::modified:
            return "accept the changed files first, or put them back; then `revisiond upgrade "
                   "heads`";
        default:
            return "run `revisiond upgrade heads`";
    }
}

Diagnostic pending_reason(const Status& status) {
    const std::size_t count = status.pending.size();
    return make_error(
        "check.pending",
        fmt::format("{} of {} revisions {} not applied to {}, {} first", count, status.revisions,
                    count == 1 ? "is" : "are", status.database, status.pending.front().revision),
        pending_remedy(status.state));
}

Diagnostic being_run_reason(const HalfDoneRevision& half, const Status& status) {
    return make_error(
        "check.running",
        fmt::format("the {} of revision {} is under way: {}", half.direction, half.revision,
                    status.holder ? status.holder->describe() : "its process has just ended"),
        "wait for it");
}

Diagnostic half_done_reason(const HalfDoneRevision& half) {
    const bool down = half.direction == graph::to_string(graph::Direction::downgrade);
    return make_error("check.half-done",
                      fmt::format("revision {} is half {}: its {} stopped on the way",
                                  half.revision, down ? "undone" : "applied", half.direction),
                      fmt::format("run the {} again: it goes on where it stopped", half.direction));
}

// Warnings that say that the database is not what the files say. A database that is ahead has
// everything that these files know: that is no reason.
bool is_reason(const Diagnostic& warning, const Status& status, bool refuse_modified) {
    if (warning.code == "service.modified") return refuse_modified;
    if (warning.code == "service.unknown-row") return status.state == StateKind::diverged;
    return warning.code == "service.foreign-version-table";
}

// What would be refused as soon as a plan holds the revision. Values of variables may be given only
// where the revision runs, so that their absence is no fault of the file.
Diagnostics unsound_sql(const Project& project) {
    using script::SectionKind;
    Diagnostics found;
    for (const graph::RevisionIndex index : project.map().order()) {
        const auto script = project.script(index);
        for (const SectionKind kind :
             {SectionKind::upgrade, SectionKind::downgrade, SectionKind::verify}) {
            for (Diagnostic& diagnostic :
                 script::split_section(*script, kind, project.variables()).diagnostics) {
                if (diagnostic.code == "sql.unknown-variable") continue;
                found.push_back(std::move(diagnostic));
            }
        }
    }
    return found;
}

CheckResult judge(Status status, Diagnostics unsound, bool refuse_modified) {
    CheckResult result;
    result.reasons = std::move(unsound);
    if (!status.pending.empty()) result.reasons.push_back(pending_reason(status));
    for (const database::JournalEntry& entry : status.in_doubt) {
        result.reasons.push_back(make_error(
            "check.in-doubt",
            fmt::format("nobody knows whether a statement of revision {} took effect: {}",
                        entry.revision, entry.statement),
            "look, then say so with `revisiond repair --done` or `--retry`"));
    }
    for (const HalfDoneRevision& half : status.being_run) {
        result.reasons.push_back(being_run_reason(half, status));
    }
    for (const HalfDoneRevision& half : status.half_done) {
        result.reasons.push_back(half_done_reason(half));
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

// Alembic's words, and everything that would be generated.
void report_operations(SchemaComparison missing, CheckResult& result) {
    std::vector<std::string> words = missing.script.inexpressible;
    for (const diff::Rename& rename : missing.renames) {
        words.push_back(fmt::format("rename {} to {}", rename.from, rename.to));
    }
    for (const diff::Change& change : missing.script.changes) words.push_back(describe(change));
    for (const std::string& note : missing.notes) {
        result.warnings.push_back(make_warning("check.target", note));
    }
    for (Diagnostic& warning : rename_warnings(missing.script.rename_candidates)) {
        result.warnings.push_back(std::move(warning));
    }
    result.operations = std::move(missing.script.changes);
    result.renames = std::move(missing.renames);
    result.ok = words.empty();
    if (result.ok) return;
    result.reasons.push_back(make_error(
        "check.new-operations",
        fmt::format("New upgrade operations detected: {}", join(words, "; ")),
        "`revisiond revision --autogenerate` writes them; `revisiond drift` tells what of "
        "it was changed by hand"));
}

}  // namespace

Expected<CheckResult, Problem> check(std::shared_ptr<const config::Config> config,
                                     const std::string& name, const plan::Variables& variables,
                                     const std::stop_token& stop) {
    const auto settings = config->database(name);
    if (!settings) return unexpected(to_problem(settings.error()));
    auto project = Project::open(std::move(config), name, variables);
    if (!project) {
        // A configuration that names no folder of files is no answer.
        if (project.error().reason().code.starts_with("config.")) {
            return unexpected(std::move(project.error()));
        }
        CheckResult unsound;
        unsound.reasons = std::move(project.error().diagnostics);
        return unsound;
    }
    auto found = status(*project);
    if (!found) return unexpected(std::move(found.error()));
    CheckResult result =
        judge(std::move(*found), unsound_sql(*project), project->apply_options().refuse_modified);
    if (!result.ok || !project->settings().target.given()) return result;
    auto missing = compare_schemas(&*project, {DatabaseSource{}, TargetSource{}}, stop);
    if (!missing) return unexpected(std::move(missing.error()));
    report_operations(std::move(*missing), result);
    return result;
}

}  // namespace revisiond::service
