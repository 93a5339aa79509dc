#include "service/plan_refusals.hpp"

#include <string_view>
#include <vector>

namespace revisiond::service {

Diagnostics refusals(const plan::MigrationPlan& plan, scratch::ReachGuard& guard,
                     const scratch::LoadOptions& options) {
    std::vector<std::string_view> statements;
    for (const plan::PlanStep& step : plan.steps) {
        for (const sql::Statement& statement : step.statements) {
            statements.emplace_back(statement.text);
        }
    }
    const auto answers = guard.judge(statements);
    Diagnostics refused;
    auto answer = answers.begin();
    for (const plan::PlanStep& step : plan.steps) {
        for (const sql::Statement& statement : step.statements) {
            const auto& reaching = *answer++;
            if (!reaching) continue;
            refused.push_back(scratch::refuse_reaching(*reaching, options));
            refused.back().at = plan::locate(step, statement);
        }
    }
    return refused;
}

}  // namespace revisiond::service
