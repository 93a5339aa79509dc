// upgrade and downgrade: plan, check, run.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "apply/apply.hpp"
#include "service/planning.hpp"
#include "service/problem.hpp"
#include "service/project.hpp"

namespace revisiond::service {

// How a use case that writes is run.
struct RunContext {
    apply::ApplyOptions options;  // begin with project.apply_options()
    apply::Requester requester;   // begin with this_process("upgrade heads")
    apply::Listener& listener;
    apply::Stops stop;
    apply::LockedDatabase* held = nullptr;  // a leader's; else the lock is taken for the run
};

// The database as it is now: read by the leader's own connection when the lock is one, else by one
// that is opened for it.
Expected<DatabaseView, Problem> read_database(const Project& project, const RunContext& context);

// What upgrade, downgrade, stamp, repair and ensure_version did.
struct Outcome {
    bool nothing_to_do = false;  // then the lock was not taken either
    bool dry_run = false;
    graph::Direction direction = graph::Direction::upgrade;
    plan::MigrationPlan plan;  // of upgrade and downgrade
    apply::RunResult result;
    std::vector<std::string> notes;  // why there was nothing to do, and the like
    Diagnostics warnings;
};

// Why this work must not be done: a foreign version table, another digest than the expected one,
// modified files. Nothing when it may.
std::optional<Problem> refusal_of(const PlannedWork& work,
                                  const std::optional<std::string>& expected_digest,
                                  const apply::ApplyOptions& options);
// Runs what was planned, as it was planned. An empty plan takes no lock and is no error.
Expected<Outcome, Problem> execute(const Project& project, PlannedWork work,
                                   const RunContext& context);

// upgrade and downgrade. `expected_digest`, when given, must be the plan's: refused otherwise, and
// nothing runs. Refused too: modified files unless the configuration says warn, statements in
// doubt, a version table in another schema. Nothing pending takes no lock and is no error.
Expected<Outcome, Problem> migrate(const Project& project, const PlanRequest& request,
                                   const std::optional<std::string>& expected_digest,
                                   const RunContext& context);

}  // namespace revisiond::service
