// The layout of schema `revisiond` (the name is configurable), its versions and its creation.
// docs/history-format.md describes the tables for people who read them with SQL.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "database/database_state.hpp"
#include "database/session.hpp"

namespace revisiond::database {

// The layout that this program writes.
constexpr int current_layout = 3;
// The first with a queue and its events. A queue of an earlier layout is used as it is until
// something runs: the leader may be an older program still, which a later layout would shut out.
constexpr int queue_layout = 2;

// Version table and state schema as a script with the grants that `role` needs: `ensure_version
// --sql`, for roles that may not create.
std::string ensure_version_sql(const TableNames& names, const std::string& role);

// Creates or migrates the state schema, when it is not at current_layout, under an advisory
// transaction lock of its own that is polled, until `stop` or for half a minute: whoever holds it
// does the same. One transaction.
Expected<Done, SqlError> ensure_state_schema(Session& session, const TableNames& names,
                                             const std::stop_token& stop = {});

}  // namespace revisiond::database
