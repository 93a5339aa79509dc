#include "service/repair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "graph/planner.hpp"
#include "service/database_view.hpp"
#include "service/targets.hpp"

namespace revisiond::service {

namespace {

// What the request comes to, and what there would be to do.
class Work {
  public:
    Work(const Project& project, const DatabaseView& view) : project_(project), view_(view) {}

    void accept_all() {
        for (const ModifiedRevision& revision : view_.modified) accept(revision.revision);
    }

    void accept_named(const std::string& text) {
        const auto index = resolve(text);
        if (!index) return;
        const std::string& id = project_.map()[*index].revision.id;
        const bool modified = std::any_of(
            view_.modified.begin(), view_.modified.end(),
            [&id](const ModifiedRevision& revision) { return revision.revision == id; });
        if (modified) {
            accept(id);
        } else {
            notes_.push_back(fmt::format("{} is not modified", id));
        }
    }

    void settle(const std::string& text, bool done) {
        std::set<std::string> found;
        for (const database::JournalEntry& entry : view_.state.journal) {
            if (entry.state != "started") continue;
            if (entry.revision.compare(0, text.size(), text) == 0) found.insert(entry.revision);
        }
        if (found.size() == 1) {
            const std::string& revision = *found.begin();
            const auto said = std::ranges::find(request_.settle, revision,
                                                &apply::RepairRequest::Settle::revision);
            if (said == request_.settle.end()) {
                request_.settle.push_back({revision, done});
            } else if (said->done != done) {
                diagnostics_.push_back(make_error(
                    "service.done-and-retry",
                    fmt::format("{} is named as done and to be tried again", revision),
                    "either its statement took effect (--done) or it did not (--retry)"));
            }
            return;
        }
        const char* what = found.empty() ? "has no statement in doubt" : "names several revisions";
        diagnostics_.push_back(make_error("service.not-in-doubt", fmt::format("{} {}", text, what),
                                          "`revisiond status` lists the interrupted revisions"));
    }

    // What is half done is not for repair: the same command goes on with it.
    void say_what_goes_on() {
        std::set<std::string> said;
        for (const database::JournalEntry& entry : view_.state.journal) {
            if (entry.state != "done" || !said.insert(entry.revision).second) continue;
            notes_.push_back(fmt::format("the {0} of {1} is half done: `revisiond {0}` finishes it",
                                         entry.direction, entry.revision));
        }
    }

    void say_what_there_is() {
        for (const ModifiedRevision& revision : view_.modified) {
            notes_.push_back(fmt::format("{} is modified ({})", revision.revision, revision.file));
        }
        for (const database::JournalEntry& entry : view_.in_doubt) {
            notes_.push_back(fmt::format("{}: nobody knows whether this took effect: {}",
                                         entry.revision, entry.statement));
        }
    }

    const apply::RepairRequest& request() const { return request_; }
    std::vector<std::string>& notes() { return notes_; }
    Diagnostics& diagnostics() { return diagnostics_; }

  private:
    std::optional<graph::RevisionIndex> resolve(const std::string& text) {
        auto target = graph::parse_target(text);
        if (!target) {
            diagnostics_.push_back(std::move(target.error()));
            return {};
        }
        auto index = graph::resolve_one(project_.map(), view_.rows, *target);
        if (index) return *index;
        diagnostics_.push_back(std::move(index.error()));
        return {};
    }

    void accept(const std::string& id) {
        request_.accept.push_back(record_of(project_, *project_.map().find(id)));
    }

    const Project& project_;
    const DatabaseView& view_;
    apply::RepairRequest request_;
    std::vector<std::string> notes_;
    Diagnostics diagnostics_;
};

}  // namespace

Expected<Repaired, Problem> repair(const Project& project, const RepairWork& work,
                                   const RunContext& context) {
    auto view = read_database(project, context);
    if (!view) return unexpected(std::move(view.error()));
    Work found(project, *view);
    if (work.accept_all) found.accept_all();
    for (const std::string& text : work.accept) found.accept_named(text);
    for (const std::string& text : work.done) found.settle(text, true);
    for (const std::string& text : work.retry) found.settle(text, false);
    if (!found.diagnostics().empty()) return unexpected(to_problem(found.diagnostics()));

    Repaired repaired;
    repaired.outcome.result.rows = view->state.rows;
    repaired.outcome.warnings = project.warnings();
    const apply::RepairRequest& request = found.request();
    if (request.accept.empty() && request.settle.empty()) {
        if (work.accept.empty()) {
            found.say_what_there_is();
            found.say_what_goes_on();
        }
        repaired.outcome.nothing_to_do = true;
        repaired.outcome.notes = std::move(found.notes());
        return repaired;
    }
    for (const auto& record : request.accept) repaired.accepted.push_back(record.revision);
    for (const auto& settle : request.settle) repaired.settled.push_back(settle.revision);
    repaired.outcome.notes = std::move(found.notes());
    auto result = apply::run_repair(project.connection_parameters(), project.names(), request,
                                    context.options, context.requester, context.listener,
                                    context.stop, context.held);
    if (!result) {
        return unexpected(to_problem(std::move(result.error()), project.settings().connection));
    }
    repaired.outcome.result = std::move(*result);
    return repaired;
}

}  // namespace revisiond::service
