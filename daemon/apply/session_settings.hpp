// How a session is set before a revision's first statement, and made clean of the revision before.
#pragma once

#include <string>

#include "apply/run.hpp"
#include "sql/classify.hpp"

namespace revisiond::apply {

// Adds RESET SESSION AUTHORIZATION … CLOSE ALL: everything that a file may have left behind but the
// locks. Never DISCARD ALL, which frees advisory locks. May run inside a transaction.
void add_session_reset(Message& message);

// Adds a SET of every timeout the server knows to our value, since a role's own settings could kill
// an idle holder of the lock, and of what lets the server notice a dead client within a second.
// `revision` is shown in pg_stat_activity as the application's name. SET, because one SELECT of
// set_config() costs the server three times as much.
void add_session_settings(Message& message, const ApplyOptions& options, int server_version,
                          const std::string& revision);

// The lock_timeout that belongs before a statement of this class.
Milliseconds lock_timeout_of(const ApplyOptions& options, sql::LockClass lock);
std::string set_lock_timeout_sql(Milliseconds timeout, bool local = false);

}  // namespace revisiond::apply
