// The queue of a database: requests go in, whoever leads takes them out. Any instance accepts and
// answers for any operation, since everything is in PostgreSQL.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "operations/queue_session.hpp"
#include "operations/request.hpp"
#include "operations/server_pin.hpp"
#include "service/project.hpp"

namespace revisiond::operations {

// Every function may be called from any thread, and takes as long as the database takes.
class Queue {
  public:
    // `host` is written into operations that nobody has begun; `pin` says whether they may be.
    Queue(std::string host, const ServerPin& pin) : host_(std::move(host)), pin_(pin) {}

    // Plans the request against the database as it is and puts it into the queue. Creates or
    // migrates the state schema when that was not done yet: this is a write.
    Expected<Accepted, Rejection> accept(const service::Project& project, const Request& request);

    // A queued operation is cancelled at once; a running one is asked for, and its leader cancels
    // the statement. Answers the operation as it is afterwards; nothing when there is none.
    Expected<std::optional<database::Operation>, service::Problem> cancel(
        const service::Project& project, const std::string& id, const std::string& actor);

    Expected<std::optional<database::Operation>, service::Problem> operation(
        const service::Project& project, const std::string& id);
    // Newest first, below number `before` (0: from the newest).
    Expected<std::vector<database::Operation>, service::Problem> operations(
        const service::Project& project, std::size_t limit, std::int64_t before);
    Expected<database::DriftState, service::Problem> drift(const service::Project& project);
    // Of one operation, numbers above `after`.
    Expected<std::vector<database::Event>, service::Problem> events(const service::Project& project,
                                                                    const std::string& id,
                                                                    int after, std::size_t limit);
    // Of all operations, ids above `after`, in the order of their commits; `types` empty: all.
    Expected<std::vector<database::Event>, service::Problem> all_events(
        const service::Project& project, std::int64_t after, const std::vector<std::string>& types,
        std::size_t limit);

    // The id of the newest event of all; 0 when there is none.
    Expected<std::int64_t, service::Problem> last_event_id(const service::Project& project);

  private:
    Expected<SessionPool::Lease, service::Problem> open(const service::Project& project);
    // Which rows are ours; nothing while there is no state schema with a queue. Asked once.
    Expected<std::optional<database::StateKey>, database::SqlError> key(
        database::Session& session, const service::Project& project);
    template <class T, class Read>
    Expected<T, service::Problem> read(const service::Project& project, const Read& read);

    const std::string host_;
    const ServerPin& pin_;
    SessionPool pool_{4};
    std::mutex mutex_;
    std::optional<database::StateKey> key_;
};

}  // namespace revisiond::operations
