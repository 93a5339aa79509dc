// What only a daemon says: databases as it knows them, the graph against a database, operations and
// their events. openapi.json describes all of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "database/operation.hpp"
#include "plan/migration_plan.hpp"
#include "service/database_snapshot.hpp"
#include "service/listing.hpp"
#include "service/planning.hpp"

namespace revisiond::wire {

// The word for where a database is, as far as the daemon knows: "up_to_date", "pending", …,
// "unreachable", and "unknown" before the first reading.
std::string state_of(const service::DatabaseSnapshot& snapshot);

// Database: one entry of GET /databases.
std::string database_json(const config::DatabaseSettings& settings,
                          const service::DatabaseSnapshot& snapshot);
// GET /status: the shape of `status --json` and what the daemon knows besides. Before the first
// reading, what the files say.
std::string status_json(const config::DatabaseSettings& settings,
                        const service::DatabaseSnapshot& snapshot);

// GET /revisions: all of the files, newest first, each with its state on the database.
std::string revisions_json(const service::DatabaseSnapshot& snapshot);
// GET /revisions?range=: those, with their long messages.
std::string revisions_json(const service::DatabaseSnapshot& snapshot,
                           const std::vector<service::RevisionView>& revisions);
// GET /revisions/{id}: one, with its SQL, what was done with it and, when it stopped half way, its
// journal.
std::string revision_json(const service::DatabaseSnapshot& snapshot, graph::RevisionIndex index,
                          const std::vector<database::HistoryRow>& history);

// GET /history: `next` is where the next page begins.
// Messages are those of `map`'s revisions.
std::string history_json(const graph::RevisionMap& map,
                         const std::vector<database::HistoryRow>& rows,
                         std::optional<std::int64_t> next);

// GET /plan: the shape of `plan --json` with the database that it was made for.
std::string plan_json(const plan::MigrationPlan& plan, const database::ServerIdentity& server,
                      const Diagnostics& warnings);

// Operations with the name of their database.
std::string operation_json(const std::string& database, const database::Operation& operation);
std::string operations_json(const std::string& database,
                            const std::vector<database::Operation>& operations,
                            std::optional<std::int64_t> next);

// GET /drift: what the newest comparison found, with its age and its operation, whose own result is
// left out: it is this.
std::string drift_json(const std::string& database, const database::LastDrift& last);

std::string event_json(const database::Event& event);
std::string events_json(const std::vector<database::Event>& events);
// An operation as the global stream tells of it, for the event that changed it.
std::string global_event_json(const std::string& database, const database::Operation& operation,
                              const database::Event& event);
// A number of its data ("elapsed_ms" of a step_ends); 0: it has none.
double event_number(const database::Event& event, const char* member);
// A text of its data ("state" of a finished, "sqlstate" of a retrying); empty: it has none.
std::string event_text(const database::Event& event, const char* member);

// A problem's members besides those of RFC 9457, without braces: "diagnostics", and of the failure
// what is known ("kind", "server", "revision", "applied", …).
std::string problem_members(const service::Problem& problem);
std::string diagnostics_json(const Diagnostics& diagnostics);

}  // namespace revisiond::wire
