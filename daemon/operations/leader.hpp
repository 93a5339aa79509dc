// The thread that wants to lead: tries the lock, executes the queue while it holds it. Internal to
// the room.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "apply/locked_database.hpp"
#include "operations/board.hpp"
#include "operations/event_writer.hpp"
#include "operations/execution.hpp"
#include "operations/queue.hpp"
#include "operations/settings.hpp"

namespace revisiond::operations {

// Owned and run by one thread.
class Leader {
  public:
    Leader(Board& board, Queue& queue, const ServerPin& pin, const InstanceSettings& settings,
           std::string instance, apply::Requester requester);

    // Until a stop is asked for. Then the step that is under way is finished, the rest of its
    // operation goes back into the queue, and the lock is given away.
    void run(std::stop_token stop);

  private:
    using Why = std::optional<apply::Failure>;  // nothing: all is well

    // Connects, waits for the lock, leads; returns when the connection is of no more use.
    Why serve();
    Why wait_for_lock(const apply::Run& run, apply::OpenedSession& opened);
    Why lead(apply::LockedDatabase& database);
    Why work(apply::LockedDatabase& database);

    // The oldest operation that waits.
    struct Waiting {
        std::string id;  // empty: none
        std::vector<std::string> needs;
        std::vector<std::string> lacking;  // of these, what our files do not have
        bool lock_held = false;
    };
    Expected<Waiting, apply::Failure> look(database::Session& session,
                                           const database::StateKey& key,
                                           const database::LockKey& lock) const;
    // Whether another instance should have the lock rather than this one.
    Expected<bool, apply::Failure> better_elsewhere(database::Session& session,
                                                    const database::StateKey& key,
                                                    const Waiting& waiting) const;
    // Makes it ours. Nothing when it is not for us to run: cancelled, or its files are missing
    // (then it fails after a while).
    Expected<std::optional<database::Operation>, apply::Failure> claim(
        apply::LockedDatabase& database, const Waiting& waiting);
    Why run_operation(apply::LockedDatabase& database, const database::Operation& operation);
    // How many of these events are lost in spite of it.
    static std::size_t write_rest(apply::LockedDatabase& database,
                                  const database::Operation& operation,
                                  const EventWriter::Unwritten& rest);
    Why end(apply::LockedDatabase& database, const database::Operation& operation,
            const Ending& ending);
    // In auto mode: an operation for what is pending, as if somebody had asked. True: there is one.
    bool ask_for_upgrade();
    void prune(apply::LockedDatabase& database);

    Board& board_;
    Queue& queue_;
    const ServerPin& pin_;
    const InstanceSettings& settings_;
    const std::string instance_;
    const apply::Requester requester_;
    const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    std::stop_token stop_;
    // Since when the first operation of the queue has lacked files, and which that is.
    std::string lacking_operation_;
    std::chrono::steady_clock::time_point lacking_since_;
    std::optional<std::chrono::steady_clock::time_point> pruned_at_;
};

}  // namespace revisiond::operations
