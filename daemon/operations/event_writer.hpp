// The events of a running operation, written beside it. Internal to the room.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "apply/apply.hpp"
#include "database/operation.hpp"

namespace revisiond::operations {

// Hears the executor and writes what it hears in batches, on a thread and a connection of its own,
// so that a step neither waits for its events nor holds them in its transaction. In order. Writes
// nothing once another term has begun. When the database cannot take them, the oldest few thousand
// are kept for later, and what does not fit is counted.
class EventWriter : public apply::Listener {
  public:
    // Everything is copied. The thread begins with the first event.
    EventWriter(database::ConnectionParameters parameters, database::StateKey key,
                std::string operation, std::int64_t term);
    ~EventWriter() override;
    EventWriter(const EventWriter&) = delete;
    EventWriter& operator=(const EventWriter&) = delete;

    // What the database did not take from this connection.
    struct Unwritten {
        std::vector<database::NewEvent> events;
        std::size_t dropped = 0;  // that were not kept
        std::size_t count() const { return events.size() + dropped; }
    };
    // Returns when everything heard is written, or cannot be.
    Unwritten finish();

    void waiting_for_lock(const std::optional<database::LockHolder>& holder) override;
    void step_begins(const plan::PlanStep& step, std::size_t number, std::size_t of) override;
    void statement_begins(const plan::PlanStep& step, const sql::Statement& statement) override;
    void statement_ends(const apply::StatementReport& report) override;
    void retrying(const apply::RetryReport& report) override;
    void blocked(const plan::PlanStep& step, const std::vector<std::string>& blockers,
                 apply::Milliseconds waited) override;
    void step_ends(const plan::PlanStep& step, std::chrono::microseconds elapsed) override;
    void note(const std::string& text) override;

  private:
    // How much of an operation's tale an event is: when too many wait, statements go first.
    enum class Weight { statement, step };
    void add(std::string type, std::string data, Weight weight);
    void run();
    std::vector<database::NewEvent> next_batch(std::unique_lock<std::mutex>& lock);

    const database::ConnectionParameters parameters_;
    const database::StateKey key_;
    const std::string operation_;
    const std::int64_t term_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<database::NewEvent> waiting_;
    std::size_t dropped_ = 0;
    Unwritten unwritten_;
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace revisiond::operations
