// The room operations: work on a database as rows that any daemon may write and one executes. The
// queue and its events in PostgreSQL, leader and followers, terms. Knows nothing of HTTP: it takes
// requests and gives snapshots and rows.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "operations/request.hpp"
#include "operations/settings.hpp"
#include "service/database_snapshot.hpp"

namespace revisiond::operations {

using Snapshot = std::shared_ptr<const service::DatabaseSnapshot>;

// What an instance tells. Called from its threads, one call at a time each; must not block long nor
// call the instance's stop().
struct InstanceListener {
    std::function<void(const Snapshot&)> snapshot_changed;  // the new one
    std::function<void()> events_changed;                   // there may be new events to read
};

// One daemon's presence at one database. Two threads: one wants to lead and executes the queue
// while it does, one reads the database and listens. Neither ends when the database is away.
//
// Every function may be called from any thread. Those that answer an Expected ask the database and
// take as long as it takes; the others do not.
class Instance {
  public:
    // `project` are the settings and the files to begin with; they need not be sound for the
    // database to be reachable later.
    Instance(std::shared_ptr<const service::Project> project, service::FilesState files,
             InstanceSettings settings, InstanceListener listener);
    ~Instance();  // stop() without a budget
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    // The latest, never null.
    Snapshot snapshot() const;

    // New files serve from now on. The connection's settings must be the same.
    void files_changed(std::shared_ptr<const service::Project> project, service::FilesState files);
    // They are broken: the last sound ones serve on, and the snapshot says so.
    void files_broken(service::FilesState files);

    Expected<Accepted, Rejection> accept(const Request& request);
    // Nothing: there is no such operation. One that has finished stays as it is.
    Expected<std::optional<database::Operation>, service::Problem> cancel(const std::string& id,
                                                                          const std::string& actor);
    Expected<std::optional<database::Operation>, service::Problem> operation(const std::string& id);
    // Newest first, below number `before` (0: from the newest).
    Expected<std::vector<database::Operation>, service::Problem> operations(
        std::size_t limit, std::int64_t before = 0);
    // What comparisons of the database with its revisions have found.
    Expected<database::DriftState, service::Problem> drift();
    // Of one operation, numbers above `after`.
    Expected<std::vector<database::Event>, service::Problem> events(const std::string& id,
                                                                    int after, std::size_t limit);
    // Of all operations of this database, ids above `after`; `types` empty: all.
    Expected<std::vector<database::Event>, service::Problem> all_events(
        std::int64_t after, const std::vector<std::string>& types, std::size_t limit);

    // Of all operations of this database; 0 when there is none.
    Expected<std::int64_t, service::Problem> last_event_id();

    // No new work from now on. The step that is under way has `budget` to finish, then its
    // statement is cancelled; the rest of its operation goes back into the queue, the lock is given
    // away and followers take over. Returns when all threads have ended. Of several calls at a time
    // the shortest budget holds.
    void stop(std::chrono::milliseconds budget);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace revisiond::operations
