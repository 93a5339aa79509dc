// The thread that knows how the database is: reads it, listens, and says that this instance lives.
// Internal to the room.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "apply/apply.hpp"
#include "operations/board.hpp"
#include "operations/server_pin.hpp"
#include "operations/settings.hpp"

namespace revisiond::operations {

// Owned and run by one thread. Its connection is its own: it never waits for the leader's.
class Observer {
  public:
    Observer(Board& board, const ServerPin& pin, const InstanceSettings& settings,
             std::string instance, apply::Requester requester,
             std::function<void()> events_changed);

    void run(std::stop_token stop);

  private:
    using Why = std::optional<service::Problem>;  // nothing: all is well

    // Connects and watches until the connection fails or a stop is asked for.
    Expected<Done, service::Problem> watch();
    Why read(database::Session& session);
    // What read_state() answers, or null when it is what it was.
    Expected<std::shared_ptr<const KnownState>, database::SqlError> read_state(
        database::Session& session);
    Why listen(database::Session& session);
    bool may_write() const;
    Why say_alive(database::Session& session);
    Why wait(database::Session& session);
    Why check_cancel(database::Session& session);

    Why fail(const database::SqlError& error) const;

    Board& board_;
    const ServerPin& pin_;
    const InstanceSettings& settings_;
    const std::string instance_;
    const apply::Requester requester_;
    const std::function<void()> events_changed_;
    std::stop_token stop_;

    std::optional<database::StateKey> key_;    // once there is a state schema with a queue
    std::string channel_;                      // that this connection listens on
    std::shared_ptr<const KnownState> known_;  // read on this connection; null: nothing yet
    std::string fingerprint_;                  // of it
    database::QueueState queue_;               // as last read
    bool read_now_ = true;
    std::chrono::steady_clock::time_point read_at_;
    std::chrono::steady_clock::time_point read_in_full_at_;
    std::chrono::steady_clock::time_point said_at_;
    std::uint64_t said_files_ = 0;  // the version of the files that the database knows of
};

}  // namespace revisiond::operations
