// What a leader asks and writes on the session that holds the lock, as SQL. Internal to the room.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "database/advisory_lock.hpp"
#include "database/operation.hpp"
#include "operations/execution.hpp"

namespace revisiond::operations {

// Whether this backend holds the lock, and the oldest operation that waits: its id, needs,
// and for how many milliseconds it has waited. One row.
std::string next_sql(const database::StateKey& key, const database::LockKey& lock);

// Makes a queued operation ours; `host` is where it runs, `instance` our row. Statements for a
// queue_transaction(), the first of which returns the operation, if it was still queued.
std::vector<std::string> claim_sql(const database::StateKey& key, const std::string& operation,
                                   std::int64_t term, const std::string& host,
                                   const std::string& instance);
// Ends it, with its last event; the second statement returns a row. Writes nothing in another term.
std::vector<std::string> end_sql(const database::StateKey& key,
                                 const database::Operation& operation, const Ending& ending,
                                 const std::string& instance);

// Gives the leadership away.
std::string resign_sql(const database::StateKey& key, const database::LockKey& lock,
                       const std::string& instance);

// Whether another living daemon has all of these; whether one wants to upgrade what this one does
// not know.
std::string others_have_sql(const database::StateKey& key, const std::string& instance,
                            const std::vector<std::string>& needs);
std::string others_want_sql(const database::StateKey& key, const std::string& instance);

// Whether an automatic upgrade that needed all of these has failed within this time.
std::string failed_within_sql(const database::StateKey& key, const std::vector<std::string>& needs,
                              std::chrono::milliseconds time);

// This daemon is alive: its row, inserted when it is not there. Without `provisions` those stay.
std::string heartbeat_sql(const database::StateKey& key, const std::string& instance,
                          const apply::Requester& requester, const std::string& url,
                          bool wants_to_upgrade);
// A message each: libpq keeps room for the longest that it ever sent.
std::vector<std::string> provisions_sql(const database::StateKey& key, const std::string& instance,
                                        const std::vector<std::string>& provisions,
                                        const std::string& digest);
std::string sign_out_sql(const database::StateKey& key, const std::string& instance);

// Ends the connection of a leading daemon that has done nothing and said nothing for `idle`.
std::string end_dead_leader_sql(const database::StateKey& key, const database::LockKey& lock,
                                std::chrono::milliseconds idle);

// Forgets events, and operations that finished, 30 days after, but no repair; a bounded number at a
// time.
std::vector<std::string> prune_sql(const database::StateKey& key);

}  // namespace revisiond::operations
