#include "service/migrate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "apply/locked_database.hpp"
#include "base/heap.hpp"
#include "base/text.hpp"
#include "service/listing.hpp"
#include "service/targets.hpp"

namespace revisiond::service {

namespace {

// A plan gets stale while we wait for another process; with a target that names a place it is made
// again this often.
constexpr int plans_at_most = 10;

Diagnostics modified_files(const DatabaseView& view) {
    Diagnostics diagnostics;
    for (const ModifiedRevision& revision : view.modified) {
        if (!revision.upgrade) continue;
        diagnostics.push_back(make_error(
            "service.modified",
            fmt::format("{}: the [upgrade] of revision {} has changed since it was applied",
                        revision.file, revision.revision),
            "put the file back, or accept it with `revisiond repair " + revision.revision + "`"));
    }
    return diagnostics;
}

// `+1` from other rows would be another step than the one that was asked for.
bool can_plan_again(const Problem& problem, const PlanRequest& request,
                    const std::optional<std::string>& expected_digest) {
    if (!problem.is(apply::FailureKind::rows_changed)) return false;
    if (expected_digest || !problem.result.applied.empty()) return false;
    return std::none_of(request.targets.begin(), request.targets.end(), [](const auto& text) {
        const auto target = graph::parse_target(text);
        return !target || needs_rows(*target);
    });
}

Outcome outcome_of(PlannedWork work, const RunContext& context) {
    Outcome outcome;
    outcome.dry_run = context.options.dry_run;
    if (!work.plan.steps.empty()) outcome.direction = work.plan.steps.front().direction;
    outcome.notes = work.plan.notes;
    outcome.nothing_to_do = work.plan.steps.empty();
    outcome.result.rows = work.plan.from;
    if (outcome.dry_run) warn_of_half_done(work);
    outcome.plan = std::move(work.plan);
    outcome.warnings = std::move(work.warnings);
    return outcome;
}

}  // namespace

Expected<DatabaseView, Problem> read_database(const Project& project, const RunContext& context) {
    if (context.held == nullptr) return read_database(project);
    auto state = database::read_state(database::query_of(context.held->session()), project.names());
    if (!state) return unexpected(to_problem(state.error(), project.settings().connection));
    return view_of(project, std::move(*state));
}

std::optional<Problem> refusal_of(const PlannedWork& work,
                                  const std::optional<std::string>& expected_digest,
                                  const apply::ApplyOptions& options) {
    if (const auto foreign = foreign_version_table(work.database)) return refusal({*foreign});
    if (expected_digest && *expected_digest != work.plan.digest) {
        return refusal({make_error(
            "service.plan-changed",
            fmt::format("the plan is {} now, not {}", work.plan.digest, *expected_digest),
            "look at the new plan and give its digest")});
    }
    if (work.plan.steps.empty() || !options.refuse_modified) return {};
    Diagnostics modified = modified_files(work.database);
    if (modified.empty()) return {};
    return refusal(std::move(modified));
}

Expected<Outcome, Problem> execute(const Project& project, PlannedWork work,
                                   const RunContext& context) {
    const std::vector<database::RecordedRevision> adopt = std::move(work.database.adopt);
    Outcome outcome = outcome_of(std::move(work), context);
    if (outcome.nothing_to_do) return outcome;
    // Reading and planning thousands of files leaves much behind; a run may take hours.
    trim_heaps();
    auto result = apply::run_plan(project.connection_parameters(), project.names(), outcome.plan,
                                  context.options, context.requester, adopt, context.listener,
                                  context.stop, context.held);
    if (!result) {
        return unexpected(to_problem(std::move(result.error()), project.settings().connection));
    }
    outcome.result = std::move(*result);
    return outcome;
}

Expected<Outcome, Problem> migrate(const Project& project, const PlanRequest& request,
                                   const std::optional<std::string>& expected_digest,
                                   const RunContext& context) {
    for (int plans = 1;; ++plans) {
        auto view = read_database(project, context);
        if (!view) return unexpected(std::move(view.error()));
        auto work = plan(project, request, std::move(*view));
        if (!work) return unexpected(std::move(work.error()));
        if (auto problem = refusal_of(*work, expected_digest, context.options)) {
            return unexpected(std::move(*problem));
        }
        auto outcome = execute(project, std::move(*work), context);
        if (outcome) outcome->direction = request.direction;
        if (outcome || plans == plans_at_most ||
            !can_plan_again(outcome.error(), request, expected_digest)) {
            return outcome;
        }
    }
}

}  // namespace revisiond::service
