// The room api: the HTTP API of a daemon over its databases. Routes, prepared answers and streams;
// what they mean is in service and operations, how they look in wire, how they travel in http.
// openapi.json is its contract.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "api/daemon_metrics.hpp"
#include "api/database.hpp"
#include "api/event_relay.hpp"
#include "api/standing_log.hpp"
#include "base/guarded.hpp"
#include "http/server.hpp"
#include "runtime/log.hpp"

namespace revisiond::api {

using Databases = std::vector<std::shared_ptr<Database>>;

// Which parts of the API ask for no token.
struct OpenDoors {
    bool ready = true;
    bool metrics = true;
};

// The API of one daemon. Make it, start a server with its router(), attach() that, give it
// databases. Threads: "api" renders what has changed, "api-events" relays events to streams. Any
// thread may call anything.
class Api {
  public:
    Api(runtime::Log& log, OpenDoors doors);
    ~Api();
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;

    http::Router router();
    // The server that runs the router. REQUIRES: it outlives the threads: detach() first.
    void attach(http::Server& server);
    void detach();

    // What is served from now on; the first one is the default.
    void serve(Databases databases);
    Databases databases() const { return *databases_.lock(); }
    // The database that a request means: of that name, or the default one. Null: there is none.
    std::shared_ptr<Database> database(const std::optional<std::string>& name) const;
    // To build databases with.
    DatabaseListener listener();

    // A daemon that is stopping takes no more work and is not ready.
    void stop_accepting();
    bool accepting() const { return accepting_; }

    // A request that was turned away at the door: logged a moment later, by another thread, and
    // not every one of thousands.
    void note_denied(http::Denied denied);

    // Whether the thread that publishes goes round: what a watchdog wants to know. The threads of
    // the databases are not asked. A leader waits for as long as a statement takes, which may be
    // hours, an observer for as long as its server is silent: a restart would undo the one, not
    // help the other, and take all other databases along. What is no longer read is told by its
    // age: in `as_of`, in revisiond_status_age_seconds, and by /ready, which believes it for
    // oldest_proof.
    bool is_alive() const;

    http::Server* server() const { return server_; }
    DaemonMetrics& metrics() { return metrics_; }
    runtime::Log& log() { return log_; }
    const OpenDoors& doors() const { return doors_; }

  private:
    void run();
    void log_denials();
    // What has changed since the last time; everything when `all`.
    void publish(bool all);
    bool renew(Database& database);
    http::PreparedAnswers prepare(const Databases& databases) const;

    runtime::Log& log_;
    const OpenDoors doors_;
    DaemonMetrics metrics_;
    std::atomic<bool> accepting_ = true;
    std::atomic<http::Server*> server_ = nullptr;
    std::atomic<std::chrono::steady_clock::time_point> pulse_{};
    Guarded<Databases> databases_;
    EventRelay relay_;

    struct Denials {
        std::vector<http::Denied> told;
        std::size_t more = 0;
    };
    Guarded<Denials> denials_;

    std::mutex publishing_;        // one publish() at a time; taken before mutex_
    std::set<std::string> stale_;  // databases published as read too long ago; by publishing_
    StandingLog standing_;         // by publishing_
    std::mutex mutex_;
    std::condition_variable_any wake_;
    bool changed_ = false;  // protected by mutex_
    std::jthread thread_;
};

// The topics of the hub.
std::string status_topic(const std::string& database);
std::string ready_topic(const std::string& database);
std::string database_topic(const std::string& database);  // of the global stream
constexpr const char* all_topic = "databases";  // the same of all databases, without numbers
std::string operation_topic(const std::string& database, const std::string& operation);

}  // namespace revisiond::api
