#include "apply/run_dry.hpp"

#include "apply/attempts.hpp"
#include "apply/journal_check.hpp"
#include "apply/run_lock.hpp"

namespace revisiond::apply {
namespace {

// The plan without the steps that cannot be in a transaction; their names go to `left_out`.
plan::MigrationPlan transactional_part(const plan::MigrationPlan& plan,
                                       std::vector<std::string>& left_out) {
    plan::MigrationPlan part = plan;
    part.steps.clear();
    for (const plan::PlanStep& step : plan.steps) {
        if (step.transaction) {
            part.steps.push_back(step);
        } else {
            left_out.push_back(step.revision);
            // Its rows change all the same, or the next step would start from rows that are not
            // there.
            plan::PlanStep rows_only = step;
            rows_only.statements.clear();
            rows_only.verify.clear();
            part.steps.push_back(std::move(rows_only));
        }
    }
    return part;
}

}  // namespace

Expected<RunResult, RunFailure> run_dry(const Run& run, const plan::MigrationPlan& plan,
                                        LockedDatabase* held) {
    auto lock = RunLock::take(run, held);
    if (!lock) return unexpected(RunFailure{lock.error(), {}});
    LockedDatabase& database = **lock;
    if (auto failure = check_journal(plan, database.state())) {
        return unexpected(RunFailure{*std::move(failure), {}});
    }

    RunResult result;
    const plan::MigrationPlan part = transactional_part(plan, result.not_run);
    BlockerObserver observer(run);
    BlockContext context{
        run, database.session(), database.scribe(), database.key(), part, observer, false, "", 1};
    context.prepare_version_table = database.prepare_table_sql(plan::revisions_of(plan));
    auto failure = run_attempts(
        run, [&] { return TransactionBlock(context, part.steps, plan.from).attempt(); });
    if (failure) return unexpected(RunFailure{std::move(failure->failure), std::move(result)});
    for (const plan::PlanStep& step : plan.steps) {
        if (step.transaction) result.applied.push_back(step.revision);
    }
    result.rows = plan.from;
    return result;
}

}  // namespace revisiond::apply
