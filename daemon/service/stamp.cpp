#include "service/stamp.hpp"

#include <algorithm>

#include "database/state_schema.hpp"
#include "graph/planner.hpp"
#include "service/targets.hpp"

namespace revisiond::service {

namespace {

// What is applied after the stamp and not remembered yet, besides the destinations themselves.
std::vector<database::RecordedRevision> unremembered(const Project& project,
                                                     const DatabaseView& view,
                                                     const graph::StampPlan& stamp) {
    const graph::RevisionMap& map = project.map();
    const std::vector<bool> below = map.ancestors(stamp.revisions, true);
    std::vector<database::RecordedRevision> records;
    for (const graph::RevisionIndex index : map.order()) {
        const bool destination = std::find(stamp.revisions.begin(), stamp.revisions.end(), index) !=
                                 stamp.revisions.end();
        if (!below[index] || destination) continue;
        if (!view.state.recorded.contains(map[index].revision.id)) {
            records.push_back(record_of(project, index));
        }
    }
    return records;
}

apply::StampRequest request_of(const Project& project, const DatabaseView& view,
                               const graph::StampPlan& stamp, bool purge) {
    apply::StampRequest request;
    request.from = view.state.rows;
    request.row_changes = stamp.row_changes;
    if (purge) {
        // The table is emptied first, so what remains of the changes is to insert what they lead
        // to.
        request.row_changes.clear();
        for (std::string& row : graph::apply_changes(view.state.rows, stamp.row_changes)) {
            request.row_changes.push_back({graph::RowChange::Kind::insert, {}, std::move(row)});
        }
    }
    for (const graph::RevisionIndex index : stamp.revisions) {
        request.stamped.push_back(record_of(project, index));
    }
    request.adopt = unremembered(project, view, stamp);
    request.purge = purge;
    return request;
}

// For all use cases that end in a RunResult.
Expected<Outcome, Problem> finish(const Project& project, Outcome outcome,
                                  Expected<apply::RunResult, apply::RunFailure> result) {
    if (!result) {
        return unexpected(to_problem(std::move(result.error()), project.settings().connection));
    }
    outcome.result = std::move(*result);
    return outcome;
}

}  // namespace

Expected<Outcome, Problem> stamp(const Project& project, const std::vector<std::string>& targets,
                                 bool purge, const RunContext& context) {
    auto parsed = parse_targets(targets);
    if (!parsed) return unexpected(std::move(parsed.error()));
    auto view = read_database(project, context);
    if (!view) return unexpected(std::move(view.error()));
    if (const auto foreign = foreign_version_table(*view)) return unexpected(refusal({*foreign}));
    auto plan = graph::plan_stamp(project.map(), view->rows, *parsed, purge);
    if (!plan) return unexpected(to_problem(std::move(plan.error())));

    Outcome outcome;
    outcome.notes = plan->notes;
    outcome.warnings = project.warnings();
    outcome.result.rows = view->state.rows;
    // A half done revision has rows in the journal, which a stamp forgets.
    outcome.nothing_to_do = plan->row_changes.empty() && view->state.journal.empty();
    if (outcome.nothing_to_do) return outcome;
    return finish(
        project, std::move(outcome),
        apply::run_stamp(project.connection_parameters(), project.names(),
                         request_of(project, *view, *plan, purge), context.options,
                         context.requester, context.listener, context.stop, context.held));
}

Expected<Outcome, Problem> ensure_version(const Project& project, const RunContext& context) {
    auto view = read_database(project, context);
    if (!view) return unexpected(std::move(view.error()));
    if (const auto foreign = foreign_version_table(*view)) return unexpected(refusal({*foreign}));
    Outcome outcome;
    outcome.warnings = project.warnings();
    outcome.result.rows = view->state.rows;
    outcome.nothing_to_do =
        view->state.version_table_exists && view->state.layout == database::current_layout;
    if (outcome.nothing_to_do) return outcome;
    return finish(
        project, std::move(outcome),
        apply::run_ensure_version(project.connection_parameters(), project.names(), context.options,
                                  context.requester, context.listener, context.stop, context.held));
}

Expected<std::string, Problem> ensure_version_script(const Project& project,
                                                     const std::string& role) {
    std::string grantee = role;
    for (const auto& [keyword, value] : project.settings().connection.parameters) {
        if (grantee.empty() && keyword == "user") grantee = value;
    }
    if (grantee.empty()) {
        return unexpected(to_problem(make_error(
            "service.no-role", "the configuration does not say which role revisiond connects as",
            "set user in the configuration's database")));
    }
    return database::ensure_version_sql(project.names(), grantee);
}

}  // namespace revisiond::service
