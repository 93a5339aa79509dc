#include "service/planning.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "graph/planner.hpp"
#include "service/targets.hpp"

namespace revisiond::service {

namespace {

Expected<graph::Journey> journey(const graph::RevisionMap& map, const graph::AppliedRows& rows,
                                 graph::Direction direction,
                                 const std::vector<graph::Target>& targets) {
    if (direction == graph::Direction::upgrade) return graph::plan_upgrade(map, rows, targets);
    if (targets.size() != 1) {
        return unexpected(make_error("service.one-target", "a downgrade takes exactly one target",
                                     "name the revision to go down to, or base"));
    }
    return graph::plan_downgrade(map, rows, targets.front());
}

}  // namespace

void warn_of_half_done(PlannedWork& work) {
    const std::vector<database::JournalEntry>& journal = work.database.state.journal;
    for (const plan::PlanStep& step : work.plan.steps) {
        const auto done =
            std::count_if(journal.begin(), journal.end(), [&](const database::JournalEntry& entry) {
                return entry.revision == step.revision && entry.has_effect() &&
                       entry.direction == graph::to_string(step.direction);
            });
        if (done == 0) continue;
        Diagnostic warning = make_warning(
            "service.half-done",
            fmt::format("revision {} is half done: {} of its {} statements have run or were begun, "
                        "and are not run again",
                        step.revision, done, step.statements.size()),
            "`revisiond status` shows them");
        warning.at.file = step.file;
        work.warnings.push_back(std::move(warning));
    }
}

Expected<plan::MigrationPlan, Problem> plan_over(const Project& project,
                                                 const graph::AppliedRows& rows,
                                                 const PlanRequest& request) {
    auto targets = parse_targets(request.targets);
    if (!targets) return unexpected(std::move(targets.error()));
    auto way = journey(project.map(), rows, request.direction, *targets);
    if (!way) return unexpected(to_problem(std::move(way.error())));
    auto plan = plan::make_plan(project.map(), rows, *way, project.scripts(), project.variables());
    if (!plan) return unexpected(to_problem(std::move(plan.error())));
    return std::move(*plan);
}

Expected<plan::MigrationPlan, Problem> plan_from(const Project& project, const PlanRequest& request,
                                                 const std::vector<std::string>& from) {
    auto targets = parse_targets(from);
    if (!targets) return unexpected(std::move(targets.error()));
    auto rows = given_rows(project, *targets);
    if (!rows) return unexpected(std::move(rows.error()));
    return plan_over(project, *rows, request);
}

Expected<PlannedWork, Problem> plan(const Project& project, const PlanRequest& request) {
    auto view = read_database(project);
    if (!view) return unexpected(std::move(view.error()));
    return plan(project, request, std::move(*view));
}

Expected<PlannedWork, Problem> plan(const Project& project, const PlanRequest& request,
                                    DatabaseView view) {
    auto plan = plan_over(project, view.rows, request);
    if (!plan) return unexpected(std::move(plan.error()));
    Diagnostics warnings = warnings_of(project, view);
    return PlannedWork{std::move(*plan), std::move(view), std::move(warnings)};
}

}  // namespace revisiond::service
