#include "operations/execution.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "graph/planner.hpp"
#include "operations/acceptance.hpp"
#include "service/drift.hpp"
#include "service/migrate.hpp"
#include "service/repair.hpp"
#include "service/stamp.hpp"
#include "wire/event_json.hpp"
#include "wire/json.hpp"

namespace revisiond::operations {
namespace {

using apply::FailureKind;
using service::Outcome;
using service::Problem;

Ending ended(const Outcome& outcome, std::string result) {
    Ending ending;
    ending.state = outcome.nothing_to_do ? "nothing_to_do" : "succeeded";
    ending.result = std::move(result);
    ending.applied = outcome.result.applied;
    ending.rows = outcome.result.rows;
    return ending;
}

// Nothing ran unless something was applied before: then it has failed, not been refused.
std::string state_of(const Problem& problem) {
    if (problem.is(FailureKind::cancelled)) return "cancelled";
    const bool ran = problem.is(FailureKind::sql) || problem.is(FailureKind::verify) ||
                     !problem.result.applied.empty();
    return ran ? "failed" : "refused";
}

Ending ended(const Problem& problem) {
    Ending ending;
    ending.state = state_of(problem);
    ending.error = problem.reason().message;
    ending.problem = wire::problem_json(problem);
    ending.applied = problem.result.applied;
    ending.rows = problem.result.rows;
    ending.leadership_lost =
        problem.is(FailureKind::connection) || problem.is(FailureKind::lock_held);
    return ending;
}

Problem refuse(std::string code, std::string message, std::string hint) {
    return service::refusal({make_error(std::move(code), std::move(message), std::move(hint))});
}

// What is left of `accepted` after the first revisions of it are done.
bool is_rest_of(const std::vector<std::string>& rest, const std::vector<std::string>& accepted) {
    return rest.size() <= accepted.size() &&
           std::equal(rest.rbegin(), rest.rend(), accepted.rbegin());
}

// The database has moved since the operation was accepted, and other steps would run than its
// requester has seen. An upgrade without a digest goes to its destination all the same: that is
// what was asked for; a downgrade must not undo what nobody mentioned.
std::optional<Problem> check_plan(const database::Operation& operation,
                                  const service::PlannedWork& work) {
    if (work.plan.steps.empty() || is_rest_of(plan::revisions_of(work.plan), operation.revisions))
        return {};
    const bool up = work.plan.steps.front().direction == graph::Direction::upgrade;
    if (up && !operation.plan_checked) return {};
    return refuse(
        "operations.plan-changed",
        fmt::format("the database has changed since this was accepted: the steps would be "
                    "{} now, not {}",
                    join_words(plan::revisions_of(work.plan)), join_words(operation.revisions)),
        "look at the new plan and apply that");
}

std::optional<Problem> check_identity(const database::Operation& operation,
                                      const database::ServerIdentity& server) {
    const bool same_system = operation.system_identifier.empty() ||
                             operation.system_identifier == server.system_identifier;
    const bool same_database =
        operation.database_oid == 0 || operation.database_oid == server.database_oid;
    if (same_system && same_database) return {};
    return refuse("operations.wrong-database",
                  fmt::format("database \"{}\" (system {}, oid {}) is not the one that was meant "
                              "(system {}, oid {})",
                              server.database, server.system_identifier, server.database_oid,
                              operation.system_identifier, operation.database_oid),
                  "look at the plan of this database and give its identity");
}

Expected<Outcome, Problem> migrate(const service::Project& project,
                                   const database::Operation& operation,
                                   const service::RunContext& context) {
    const graph::Direction direction =
        operation.kind == "downgrade" ? graph::Direction::downgrade : graph::Direction::upgrade;
    auto view = service::read_database(project, context);
    if (!view) return unexpected(std::move(view.error()));
    auto work = service::plan(project, {direction, operation.targets}, std::move(*view));
    if (!work) return unexpected(std::move(work.error()));
    if (auto wrong = check_identity(operation, work->database.state.server)) {
        return unexpected(*std::move(wrong));
    }
    if (auto problem = service::refusal_of(*work, {}, context.options)) {
        return unexpected(*std::move(problem));
    }
    if (auto changed = check_plan(operation, *work)) return unexpected(*std::move(changed));
    // What was accepted may have grown, on a database that has moved since.
    if (parse_arguments(operation.arguments).hazards_were_seen) {
        if (auto unseen = unacknowledged(work->plan, operation.acknowledge))
            return unexpected(*std::move(unseen));
    }
    return service::execute(project, *std::move(work), context);
}

// Reads and compares beside the leader's connection: whatever fails of it, the leadership stays.
Ending compare(const Leadership& leadership, apply::Listener& listener,
               const std::stop_token& cancel) {
    std::stop_source stop;
    const auto end = [&stop] { stop.request_stop(); };
    const std::stop_callback cancelled(cancel, end);
    const std::stop_callback ended_with_daemon(leadership.stop_after_step, end);
    auto drift = service::drift(leadership.project, stop.get_token(), listener);
    if (drift) {
        Ending ending;
        ending.state = "succeeded";
        ending.result = wire::drift_result(*drift);
        ending.rows = drift->rows;
        return ending;
    }
    Ending ending = ended(drift.error());
    ending.state = stop.stop_requested() ? "cancelled" : "failed";
    ending.leadership_lost = false;
    return ending;
}

}  // namespace

Ending execute(const Leadership& leadership, const database::Operation& operation,
               apply::Listener& listener, std::stop_token cancel) {
    if (operation.kind == "drift") return compare(leadership, listener, cancel);
    const service::Project& project = leadership.project;
    apply::Requester requester = leadership.requester;
    requester.actor = operation.actor;
    requester.address = operation.address;
    requester.doing = operation.kind + " " + operation.target;
    requester.operation = operation.id;
    service::RunContext context{project.apply_options(),
                                std::move(requester),
                                listener,
                                {std::move(cancel), leadership.stop_after_step},
                                &leadership.database};
    context.options.dry_run = operation.dry_run;
    const Arguments arguments = parse_arguments(operation.arguments);
    if (operation.kind == "repair") {
        auto repaired = service::repair(project, arguments.repair, context);
        return repaired ? ended(repaired->outcome, wire::to_json(*repaired))
                        : ended(repaired.error());
    }
    auto outcome = operation.kind == "stamp"
                       ? service::stamp(project, operation.targets, arguments.purge, context)
                       : migrate(project, operation, context);
    return outcome ? ended(*outcome, wire::to_json(*outcome)) : ended(outcome.error());
}

}  // namespace revisiond::operations
