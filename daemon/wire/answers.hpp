// What a daemon has answered, as the values that the same question gives without one: the other
// direction of json.hpp and daemon_json.hpp. An answer that is not a daemon's is an error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apply/apply.hpp"
#include "plan/hazards.hpp"
#include "service/database_history.hpp"
#include "service/listing.hpp"
#include "service/planning.hpp"
#include "service/problem.hpp"
#include "service/repair.hpp"
#include "service/status.hpp"

namespace revisiond::wire {

Expected<service::Status> read_status(std::string_view json);
Expected<service::Current> read_current(std::string_view json);
Expected<std::vector<service::RevisionView>> read_revisions(std::string_view json);
Expected<std::optional<database::LockHolder>> read_lock(std::string_view json);

// One page of GET /history; `next` is where the next one begins.
struct HistoryPage {
    std::vector<database::HistoryRow> rows;
    std::optional<std::int64_t> next;
};
Expected<HistoryPage> read_history_page(std::string_view json);

// GET /plan. Of the statements only text and line; of the files only the name.
struct AnsweredPlan {
    plan::MigrationPlan plan;
    std::vector<plan::Hazard> hazards;
    Diagnostics warnings;
};
Expected<AnsweredPlan> read_plan(std::string_view json);

// An operation as far as a client follows it.
struct AnsweredOperation {
    std::string id;
    std::string state;
    bool finished = false;
    std::optional<service::Problem> problem;
    std::string result;  // JSON, the shape of the command's --json; empty: none
    std::vector<std::string> applied;
    std::vector<std::string> not_run;  // of a dry run: what cannot run in a transaction
};
Expected<AnsweredOperation> read_operation(std::string_view json);

// An event of an operation, told to a listener as the executor would have. Answers its number; and
// whether it was the last one.
struct ToldEvent {
    std::uint64_t number = 0;
    bool finished = false;
};
Expected<ToldEvent> tell(std::string_view event, apply::Listener& listener);

// The problem+json of an answer with that status.
service::Problem read_problem(std::string_view json, int status);

// Bodies of requests.
std::string apply_body(graph::Direction direction, const std::string& target,
                       const std::string& digest, bool dry_run,
                       const std::vector<std::string>& acknowledge);
std::string stamp_body(const std::vector<std::string>& targets, bool purge);
std::string repair_body(const service::RepairWork& work);

}  // namespace revisiond::wire
