#include "apply/run_dry.hpp"

#include <fmt/format.h>

#include "apply/attempts.hpp"
#include "apply/locked_database.hpp"

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

Expected<RunResult, RunFailure> run_dry(const Run& run, const plan::MigrationPlan& plan) {
    auto opened = open_session(run);
    if (!opened) return unexpected(RunFailure{opened.error(), {}});
    const database::LockKey key = database::lock_key(opened->state.version_table);
    auto locked = take_lock(run, opened->session, key, opened->state, run.options.holder_timeout);
    if (!locked) return unexpected(RunFailure{locked.error(), {}});

    RunResult result;
    const plan::MigrationPlan part = transactional_part(plan, result.not_run);
    Scribe scribe;
    scribe.schema = sql::quote_identifier(run.names.state_schema);
    scribe.version_table = opened->state.version_table;
    scribe.requester = run.requester;
    BlockerObserver observer(run);
    BlockContext context{run, opened->session, scribe, key, part, observer, false, "", 1};
    if (!opened->state.version_table_exists) {
        context.create_version_table =
            fmt::format("CREATE TABLE {} (version_num varchar(255) PRIMARY KEY)",
                        scribe.version_table.quoted());
    }
    auto failure = run_attempts(run, part.steps, [&] {
        return TransactionBlock(context, part.steps, plan.from).attempt();
    });
    if (failure) return unexpected(RunFailure{std::move(failure->failure), std::move(result)});
    for (const plan::PlanStep& step : plan.steps) {
        if (step.transaction) result.applied.push_back(step.revision);
    }
    result.rows = plan.from;
    return result;
}

}  // namespace revisiond::apply
