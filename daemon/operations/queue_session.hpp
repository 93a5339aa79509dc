// Connections that write to the queue, and what is always written together. Internal to the room.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "database/operation.hpp"
#include "database/session.hpp"

namespace revisiond::operations {

// A session for our own short transactions on operation, event and instance. Whatever waits in it
// gives up after seconds. Refuses a proxy that pools transactions: what is set would reach others.
Expected<database::Session, database::SqlError> open_queue_session(
    const database::ConnectionParameters& parameters);

// A condition over operation `o`: it runs, and in this term. A later leader has changed the one or
// the other before it does anything else.
std::string running_in_term_sql(std::int64_t term);

// One message, one transaction, under the lock of events: whatever is inside is seen in the order
// of event ids. Listeners hear `payload` at the commit.
std::string queue_transaction(const database::StateKey& key,
                              const std::vector<std::string>& statements, std::string_view payload);

// Appends events where `guard` holds; opens `session` when it is not there or was lost. False when
// the database did not take them.
bool write_events(std::optional<database::Session>& session,
                  const database::ConnectionParameters& parameters, const database::StateKey& key,
                  const std::string& operation, const std::vector<database::NewEvent>& events,
                  const std::string& guard);

// A few sessions that the threads of a server share.
class SessionPool {
  public:
    // Gives the session back at the end, unless it was lost.
    class Lease {
      public:
        Lease(SessionPool& pool, database::Session session)
            : pool_(&pool), session_(std::move(session)) {}
        Lease(Lease&& other) noexcept;
        Lease& operator=(Lease&&) = delete;
        ~Lease();
        database::Session& operator*() { return *session_; }
        database::Session* operator->() { return &*session_; }

      private:
        SessionPool* pool_;
        std::optional<database::Session> session_;
    };

    explicit SessionPool(std::size_t at_most) : at_most_(at_most) {}
    // Waits while all are lent.
    Expected<Lease, database::SqlError> take(const database::ConnectionParameters& parameters);

  private:
    void give_back(std::optional<database::Session> session);

    const std::size_t at_most_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::size_t lent_ = 0;
    std::vector<database::Session> idle_;
};

}  // namespace revisiond::operations
