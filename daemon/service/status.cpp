#include "service/status.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "graph/revision.hpp"
#include "sql/classify.hpp"

namespace revisiond::service {

namespace {

bool refuses_modified(const Project& project, const DatabaseView& view) {
    return project.apply_options().refuse_modified &&
           std::any_of(view.modified.begin(), view.modified.end(),
                       [](const ModifiedRevision& revision) { return revision.upgrade; });
}

bool is_applied(const Project& project, const DatabaseView& view, const std::string& revision) {
    if (const auto index = project.map().find(revision)) return view.applied[*index];
    const auto held = database::recorded_ancestors(view.state, view.rows.unknown);
    return std::find(held.begin(), held.end(), revision) != held.end();
}

// A statement that may run in a transaction takes effect together with its "done"; another one may
// leave something when it fails, such as an INVALID index.
bool left_nothing(const database::JournalEntry& entry) {
    if (entry.state == "resolved_retry") return true;
    return (entry.state == "failed" || entry.state == "started") &&
           sql::classify(entry.statement).transaction == sql::TransactionRule::any;
}

// The journal outlives a stamp of another tool; what it says then of a revision that stands where
// its statements led is old.
void find_half_done(const Project& project, const DatabaseView& view, Status& status) {
    for (const database::JournalEntry& entry : view.state.journal) {
        const bool down = entry.direction == graph::to_string(graph::Direction::downgrade);
        if (left_nothing(entry) || is_applied(project, view, entry.revision) != down) continue;
        HalfDoneRevision revision{entry.revision, entry.direction};
        auto& found = is_being_run(view, entry) ? status.being_run : status.half_done;
        if (found.empty() || found.back() != revision) found.push_back(std::move(revision));
    }
}

StateKind state_of(const Project& project, const DatabaseView& view, const Status& status) {
    const bool pending = !status.pending.empty();
    if (foreign_version_table(view)) return StateKind::foreign;
    if (!status.being_run.empty()) return StateKind::running;
    if (!view.in_doubt.empty()) return StateKind::in_doubt;
    if (!status.half_done.empty()) return StateKind::half_done;
    const bool unknown = !view.rows.unknown.empty();
    if (!view.rows.unrecorded.empty() || (unknown && pending)) return StateKind::diverged;
    if (refuses_modified(project, view)) return StateKind::modified;
    if (unknown) return StateKind::ahead;
    if (view.state.rows.empty()) return StateKind::empty;
    return pending ? StateKind::pending : StateKind::up_to_date;
}

void fill_revisions(const Project& project, const DatabaseView& view, Status& status) {
    const graph::RevisionMap& map = project.map();
    for (const graph::RevisionIndex index : map.order()) {
        if (view.applied[index]) {
            ++status.applied;
        } else {
            status.pending.push_back({map[index].revision.id, map[index].revision.message});
        }
    }
    status.revisions = map.size();
    status.heads = map.ids(map.real_heads());
}

Diagnostic interrupted_warning(const database::RunningOperation& dead) {
    return make_warning(
        "service.interrupted",
        fmt::format("the {} of {} on host {}, begun {}, ended without a word: nobody "
                    "holds the lock for it",
                    dead.kind, dead.actor, dead.host, dead.started_at),
        "run it again: it goes on where it stopped");
}

}  // namespace

const char* to_string(StateKind state) {
    switch (state) {
        case StateKind::foreign:
            return "foreign";
        case StateKind::running:
            return "running";
        case StateKind::in_doubt:
            return "in_doubt";
        case StateKind::half_done:
            return "half_done";
        case StateKind::diverged:
            return "diverged";
        case StateKind::modified:
            return "modified";
        case StateKind::ahead:
            return "ahead";
        case StateKind::empty:
            return "empty";
        case StateKind::pending:
            return "pending";
        case StateKind::up_to_date:
            return "up_to_date";
    }
    return "";
}

const char* advice(StateKind state) {
    switch (state) {
        case StateKind::foreign:
            return "A version table stands in another schema. Set version_table to the one that is "
                   "meant.";
        case StateKind::in_doubt:
            return "A statement may have taken effect. Look at the database, then settle it: done, "
                   "or run it again.";
        case StateKind::half_done:
            return "A revision outside transactions stopped half way. Apply again to go on.";
        case StateKind::diverged:
            return "It has revisions that no file here knows, while others wait. Deploy files with "
                   "both.";
        case StateKind::modified:
            return "The file of an applied revision has changed. Put it back, or accept it.";
        case StateKind::ahead:
            return "No file here knows its revision. Deploy the newer release again.";
        case StateKind::running:
        case StateKind::empty:
        case StateKind::pending:
        case StateKind::up_to_date:
            return "";
    }
    return "";
}

Expected<Status, Problem> status(const Project& project) {
    auto connection = connect(project);
    if (!connection) return unexpected(std::move(connection.error()));
    return status(project, database::query_of(*connection));
}

Expected<Status, Problem> status(const Project& project, const database::Query& query) {
    auto state = database::read_state(query, project.names());
    if (!state) return unexpected(to_problem(state.error(), project.settings().connection));
    auto holder = database::read_holder(query, *state, project.names());
    if (!holder) {
        return unexpected(to_problem(holder.error(), project.settings().connection));
    }
    // An operation's end is written before the lock is freed: what has ended between the two
    // questions has not died.
    auto running = database::read_running(query, *state, project.names());
    if (!running) return unexpected(to_problem(running.error(), project.settings().connection));
    std::erase_if(state->running, [&](const database::RunningOperation& before) {
        return std::none_of(running->begin(), running->end(),
                            [&](const auto& now) { return now.id == before.id; });
    });
    return status_of(project, std::move(*state), std::move(*holder));
}

Status status_of(const Project& project, database::DatabaseState state,
                 std::optional<database::LockHolder> holder) {
    DatabaseView view = view_of(project, std::move(state));
    judge_running(view, holder);
    Status status;
    status.database = project.settings().name;
    status.connection = project.settings().connection.display();
    status.version_table = view.state.version_table.display();
    status.current = view.state.rows;
    fill_revisions(project, view, status);
    find_half_done(project, view, status);
    status.state = state_of(project, view, status);
    status.warnings = warnings_of(project, view);
    for (const auto& dead : view.interrupted) status.warnings.push_back(interrupted_warning(dead));
    if (auto foreign = foreign_version_table(view)) {
        foreign->severity = Severity::warning;
        status.warnings.push_back(std::move(*foreign));
    }
    status.server = std::move(view.state.server);
    status.modified = std::move(view.modified);
    status.below_unknown = database::recorded_ancestors(view.state, view.rows.unknown);
    status.unknown_rows = std::move(view.rows.unknown);
    status.journal = std::move(view.state.journal);
    status.in_doubt = std::move(view.in_doubt);
    status.running = std::move(view.running);
    status.interrupted = std::move(view.interrupted);
    status.holder = std::move(holder);
    return status;
}

}  // namespace revisiond::service
