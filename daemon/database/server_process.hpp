// Which server process serves a connection, and whether it serves others as well.
#pragma once

#include <stop_token>

#include "base/expected.hpp"
#include "database/session.hpp"

namespace revisiond::database {

// Asks the server for its process, which session.backend_pid() answers afterwards. False: a proxy
// hands it to others between transactions, so that a lock would not stay with us and a SET would
// reach them. Sets nothing itself, so it comes first. Connects once more where there is a proxy.
Expected<bool, SqlError> keeps_its_server_process(Session& session, const std::stop_token& stop);

// What is wrong with such a proxy, in words: a sentence and its remedy.
extern const char* const transactions_are_pooled;
extern const char* const pool_sessions;

}  // namespace revisiond::database
