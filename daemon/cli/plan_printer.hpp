// Plans and what became of them, for a reviewer.
#pragma once

#include <string>
#include <vector>

#include "apply/apply.hpp"
#include "cli/console.hpp"
#include "cli/style.hpp"
#include "plan/hazards.hpp"
#include "plan/migration_plan.hpp"
#include "service/migrate.hpp"

namespace revisiond::cli {

// Every step with its file, its mode, its statements and the rows behind it; the digest last.
std::string plan_text(const plan::MigrationPlan& plan, const Style& style);

// Time and rows of each statement, by revision, and the revisions that could not be run.
std::string dry_run_text(const std::vector<std::string>& not_run,
                         const std::vector<apply::StatementReport>& reports, const Style& style);

// A warning for each.
void warn_of(const std::vector<plan::Hazard>& hazards, Console& console);

}  // namespace revisiond::cli
