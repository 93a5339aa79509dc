// plan: what upgrade and downgrade would do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/revision.hpp"
#include "plan/migration_plan.hpp"
#include "service/database_view.hpp"
#include "service/problem.hpp"
#include "service/project.hpp"

namespace revisiond::service {

// Where to.
struct PlanRequest {
    graph::Direction direction = graph::Direction::upgrade;
    std::vector<std::string> targets;  // as a person writes them; one for a downgrade
};

// Against these rows.
Expected<plan::MigrationPlan, Problem> plan_over(const Project& project,
                                                 const graph::AppliedRows& rows,
                                                 const PlanRequest& request);

// Against rows that are given, without any database. `from`: full or partial ids and labels; "base"
// alone, or nothing, is the empty database.
Expected<plan::MigrationPlan, Problem> plan_from(const Project& project, const PlanRequest& request,
                                                 const std::vector<std::string>& from);

// A plan and the database it was made against.
struct PlannedWork {
    plan::MigrationPlan plan;
    DatabaseView database;
    Diagnostics warnings;  // modified files, foreign writers, unknown rows
};

// Against the database as it is now; reads only.
Expected<PlannedWork, Problem> plan(const Project& project, const PlanRequest& request);
// Against what was read of it.
Expected<PlannedWork, Problem> plan(const Project& project, const PlanRequest& request,
                                    DatabaseView view);

// For who shows the plan and does not run it: what an earlier run has done of a step, statement by
// statement, will not be done again. A run says so itself.
void warn_of_half_done(PlannedWork& work);

}  // namespace revisiond::service
