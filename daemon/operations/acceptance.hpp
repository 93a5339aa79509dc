// A request as a row of the queue. Internal to the room; decides, writes nothing.
#pragma once

#include <string>

#include "operations/request.hpp"
#include "service/database_view.hpp"

namespace revisiond::operations {

// What the request comes to on this database, with everything that its operation needs to be run
// later and elsewhere: resolved targets, revisions, checksums, digest.
Expected<database::Operation, Rejection> judge(const service::Project& project,
                                               const service::DatabaseView& view,
                                               const Request& request);

// "upgrade heads": a request in words.
std::string in_words(const Request& request);

// Hazards of the plan that are not among the `known` codes, as a refusal.
std::optional<service::Problem> unacknowledged(const plan::MigrationPlan& plan,
                                               const std::vector<std::string>& known);

// What an operation's `arguments` say.
struct Arguments {
    bool purge = false;              // of stamp
    service::RepairWork repair;      // of repair
    bool hazards_were_seen = false;  // of the others: none may run but those in `acknowledge`
};
Arguments parse_arguments(const std::vector<std::string>& words);

// INSERT of the operation and of its key; inserts nothing when the key is known already.
std::string insert_sql(const database::StateKey& key, const database::Operation& operation,
                       const std::optional<std::string>& idempotency_key);

}  // namespace revisiond::operations
