// The HTTP server: a listening front, workers, the hub.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "http/hub.hpp"
#include "http/listener.hpp"
#include "http/prepared_answers.hpp"
#include "http/router.hpp"
#include "http/security.hpp"
#include "http/statistics.hpp"

namespace revisiond::http {

// What a client may cost.
struct Limits {
    std::size_t body_bytes = 1024 * 1024;
    std::chrono::milliseconds head{10'000};   // from a head's first byte to its last
    std::chrono::milliseconds body{30'000};   // the same for the body
    std::chrono::milliseconds idle{60'000};   // between requests
    std::chrono::milliseconds write{30'000};  // no byte of an answer taken for so long
    // In all, those in the hub among them; fewer where the process may have fewer descriptors, of
    // which some are left to the rest of it.
    std::size_t connections = 8192;
    std::size_t anonymous = 4096;  // of these without a valid token
    std::size_t per_address = 0;   // 0: no limit
    std::size_t workers = 8;
    std::size_t queue = 256;  // requests that wait for a worker; one more is answered 503
    HubLimits hub;
};

struct ServerOptions {
    std::vector<ListenAddress> listen;  // where to listen…
    std::vector<Listener> inherited;    // …and what systemd has opened already
    Limits limits;
    // What is worth a line in the log: an exception of a handler in its own words (which may hold
    // what nobody else should read), a listener that cannot accept. Called from any of the server's
    // threads.
    std::function<void(const std::string&)> report;
    // Called by whatever thread runs a handler; may be empty.
    std::function<void(const Served&)> observe;
    // Called by the thread that accepts, so it must not block; may be empty.
    std::function<void(Denied)> denied;
};

// Runs from start() to the destructor or stop(). Threads: "http" accepts, reads and writes every
// connection, answers what is prepared and runs prompt handlers; "http-hub" has the parked ones;
// "http-N" are the workers that run handlers. Every call may come from any thread.
class Server {
  public:
    // Listens before it returns. The answers in `files` never change (the dashboard).
    static Expected<std::unique_ptr<Server>> start(ServerOptions options, Router router,
                                                   Security security, PreparedAnswers files = {});
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Swaps what is answered without a worker; takes effect with the next request.
    void publish(PreparedAnswers answers);
    // Swaps tokens, hosts and proxies: a reload. Streams and long-polls that are let in no longer
    // end.
    void secure(Security security);
    Hub& hub();
    Statistics statistics() const;
    // Whether the threads that have the connections go round: what a watchdog wants to know. One
    // thread.
    bool is_alive();
    // Where it listens: the port that the system chose for port 0, among others.
    std::vector<std::string> addresses() const;

    // Accepts no more, ends streams, answers long-polls with what is late, closes what is idle, and
    // waits up to `grace` for requests that run. Then closes everything.
    void stop(std::chrono::milliseconds grace);

  private:
    struct Parts;
    explicit Server(std::unique_ptr<Parts> parts);
    static void secure(Parts& parts, Security security);
    std::unique_ptr<Parts> parts_;
};

}  // namespace revisiond::http
