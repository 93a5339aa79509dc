// Events of operations from PostgreSQL to the streams of the hub. Internal to the room.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "database/operation.hpp"

namespace revisiond::api {

class Api;
class Database;

// Reads what is new in the event table of a database whenever it may be, and publishes it: each
// event to its operation's topic, the changes of an operation's state to the database's. The leader
// counts what it reads for /metrics, and logs each revision and what one waits for. What the first
// look finds was there before this process and is published without being logged or counted; the
// same holds for the first look at a server that has been set back. One thread, "api-events".
class EventRelay {
  public:
    explicit EventRelay(Api& api) : api_(api) {}
    ~EventRelay() { stop(); }
    EventRelay(const EventRelay&) = delete;
    EventRelay& operator=(const EventRelay&) = delete;

    void start();
    void stop();
    // There may be new events of this database. Any thread; does not block.
    void look_at(const std::string& database);

  private:
    // How far a database has been read, and on which timeline of its server: a restored one may
    // give ids out again.
    struct Place {
        std::uint64_t timeline = 0;
        std::int64_t last = 0;
    };

    // Whether an event came while this process ran.
    enum class News { old, fresh };

    void run(const std::stop_token& stop);
    void relay(Database& database);
    // Where to go on; nothing when it cannot be asked.
    std::optional<Place> place_of(Database& database);
    void end_streams(const Database& database);
    void publish(Database& database, const database::Event& event, News news);
    void log(const std::string& database, const database::Event& event,
             const database::Operation& operation);
    // What the leader's steps come to.
    void log_step(const std::string& database, const database::Event& event);

    Api& api_;
    std::map<std::string, Place> seen_;  // of the thread alone: by database
    std::set<std::string> dry_runs_;     // of the thread alone: that have not finished
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::set<std::string> waiting_;  // protected by mutex_
    std::jthread thread_;
};

// Whether an event changes what an operation is as a whole.
bool changes_operation(const std::string& type);

}  // namespace revisiond::api
