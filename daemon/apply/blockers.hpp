// Who stands in the way of our statement, seen from a second connection while the first one waits.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apply/run.hpp"
#include "database/connection.hpp"

namespace revisiond::apply {

// Opens its connection at the first question and keeps it for the run. Reads pg_stat_activity in
// statements of their own, so that it never holds a snapshot that CREATE INDEX CONCURRENTLY would
// wait for.
class BlockerObserver {
  public:
    explicit BlockerObserver(const Run& run) : run_(run) {}

    // One line for each process that blocks `backend_pid` now: "server process 42 (psql, user bob,
    // idle in transaction for 12 s): UPDATE …". When they cannot be read, one line that says why.
    std::vector<std::string> blockers_of(int backend_pid);

  private:
    const Run& run_;
    std::optional<database::Connection> connection_;
};

}  // namespace revisiond::apply
