// Who stands in the way of our statement, seen from a second connection while the first one waits.
#pragma once

#include <chrono>
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

// Looks on while one message or statement waits.
class BlockerWatch {
  public:
    BlockerWatch(BlockerObserver& observer, int backend_pid)
        : observer_(observer), backend_pid_(backend_pid) {}

    // At each on_wait: whether anybody blocks it now.
    bool look();
    // It has ended; by a lock timeout, it has waited until now.
    void end(bool lock_timeout);
    // The first look, after some 60 ms, is for the report of a retry; a person hears after a
    // second.
    bool is_long() const { return looks_ > 1; }

    // Who was seen last.
    const std::vector<std::string>& blockers() const { return blockers_; }
    // How long it waited for them: the time between two looks counts when the second sees any, so
    // it is right to a second. A lock timeout counts to its end.
    Milliseconds waited() const { return waited_; }

  private:
    using Clock = std::chrono::steady_clock;
    void count(bool blocked);

    BlockerObserver& observer_;
    int backend_pid_;
    int looks_ = 0;
    Clock::time_point looked_ = Clock::now();
    std::vector<std::string> blockers_;
    Milliseconds waited_{0};
};

}  // namespace revisiond::apply
