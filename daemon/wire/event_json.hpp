// The data of an operation's events, as they are stored and served.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apply/apply.hpp"
#include "database/operation.hpp"
#include "service/problem.hpp"

namespace revisiond::wire {

// One function an event type; each answers a JSON object.
namespace event {
std::string accepted(const std::string& kind, const std::string& target, const std::string& actor,
                     const std::vector<std::string>& revisions, const std::string& digest);
std::string started(std::int64_t term, const std::string& host);
std::string waiting_for_lock(const std::optional<database::LockHolder>& holder);
std::string step_begins(const plan::PlanStep& step, std::size_t number, std::size_t of);
std::string statement_begins(const plan::PlanStep& step, const sql::Statement& statement);
std::string statement_ends(const apply::StatementReport& report);
std::string retrying(const apply::RetryReport& report);
std::string blocked(const plan::PlanStep& step, const std::vector<std::string>& blockers,
                    apply::Milliseconds waited);
std::string step_ends(const plan::PlanStep& step, std::chrono::microseconds elapsed);
std::string text(const std::string& text);    // note, settled
std::string actor(const std::string& actor);  // cancel_requested
// `problem` as problem_json() gives it; empty: none.
std::string finished(const std::string& state, const std::vector<std::string>& applied,
                     const std::vector<std::string>& rows, const std::string& problem);
}  // namespace event

// What a log says of an event's data: texts and numbers by name, and lists of texts joined.
std::map<std::string, std::string> event_words(const std::string& data);

// A problem as an operation keeps and serves it: {"type", "title", "detail", "code", …,
// "diagnostics": […]}, as RFC 9457 has it.
std::string problem_json(const service::Problem& problem);

}  // namespace revisiond::wire
