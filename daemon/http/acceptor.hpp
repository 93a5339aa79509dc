// The front: one thread that has every connection that is not parked. Internal to the room.
//
// It accepts, reads heads and bodies, answers what is prepared, hands complete requests to the
// workers and writes what they answer; a connection that waits costs memory and nothing else. It
// never blocks but in epoll_wait, and runs no handler but those of prompt routes. Reading stops
// while a request is with a worker or an answer is stuck, so a client cannot pile up work; what it
// sends early stays in its socket.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/bell.hpp"
#include "base/guarded.hpp"
#include "http/connection.hpp"
#include "http/counters.hpp"
#include "http/failure_delays.hpp"
#include "http/hub_thread.hpp"
#include "http/poller.hpp"
#include "http/prepared_answers.hpp"
#include "http/pulse.hpp"
#include "http/server.hpp"
#include "http/worker_pool.hpp"

namespace revisiond::http {

// What the acceptor calls; all of it outlives its thread.
struct AcceptorParts {
    const Router& router;
    const PreparedAnswers& files;
    Counters& counters;
    std::function<bool(Job&)> submit;
    std::function<void(Parking)> park;
    HandlerHooks hooks;
    std::function<void(Denied)> denied;  // may be empty
};

class Acceptor {
  public:
    Acceptor(std::vector<Listener> listeners, Limits limits, AcceptorParts parts);
    ~Acceptor();

    // The thread's body: returns when it was told to stop and nothing is being served any more, or
    // the grace is over.
    void run();

    // From any thread; each takes effect when the thread wakes.
    void publish(std::shared_ptr<const PreparedAnswers> answers);
    void secure(std::shared_ptr<const Security> security);
    void finished(Finished finished);
    void returned(Leaving leaving);
    void stop(std::chrono::milliseconds grace);

    // Whether the thread has gone round within `patience`; asks it. One thread.
    bool is_alive(std::chrono::seconds patience);

  private:
    using Clock = std::chrono::steady_clock;

    // What other threads leave for this one.
    struct Inbox {
        std::vector<Finished> finished;
        std::vector<Leaving> returned;
        std::shared_ptr<const PreparedAnswers> answers;
        std::shared_ptr<const Security> security;
        std::optional<std::chrono::milliseconds> grace;
    };

    // acceptor.cpp: the loop and the life of connections
    void read_inbox();
    void accept_from(const Listener& listener);
    void pause(const Listener& listener, int error);
    void listen(bool on);
    bool make_room(const std::string& peer);
    Connection* oldest_idle(bool anonymous_only);
    void adopt(Client client);
    void close(Connection& connection);
    Client take(Connection& connection);
    void forget(const Client& client);
    void sweep();
    void expire(Connection& connection);
    void begin_stop(std::chrono::milliseconds grace);
    void await(Connection& connection, bool reading, bool writing);
    Connection* find(int fd) const;

    // acceptor_requests.cpp: from bytes to answers. None of these closes a connection but on_event,
    // receive, advance, conclude and settle: a reference is good until one of them.
    void on_event(Connection& connection, std::uint32_t events);
    void receive(Connection& connection);
    void advance(Connection& connection);
    std::size_t take_requests(Connection& connection, std::string_view bytes);
    std::size_t take_head(Connection& connection, std::string_view bytes);
    std::size_t take_body(Connection& connection, std::string_view bytes);
    void begin_body(Connection& connection, const Head& head, Admitted admitted);
    bool answer_prepared(Connection& connection, const Door& door, const Head& head);
    void submit(Connection& connection, std::string body);
    void deliver(Connection& connection, Outcome outcome);
    void conclude(Connection& connection, Outcome outcome);
    std::size_t refuse(Connection& connection, const Head& head, Refused refused,
                       std::string_view bytes);
    void tell_denied(const Connection& connection, const Head& head, const Refused& refused) const;
    void reject(Connection& connection, const HeadRejection& rejection);
    void answer(Connection& connection, const RenderedResponse& response);
    void count_identity(Connection& connection);
    // Sends what the pass has answered; true when all is out and the connection goes on here.
    bool settle(Connection& connection);
    bool send_output(Connection& connection);
    void end(Connection& connection);
    Door door() const;
    std::string address_of(const Connection& connection, const Head& head) const;

    const Limits limits_;
    const AcceptorParts parts_;
    Bell bell_;
    Guarded<Inbox> inbox_;
    Pulse pulse_;

    // Of the thread alone:
    std::vector<Listener> listeners_;
    Poller poller_;
    bool paused_ = false;  // the listeners rest
    Descriptor reserve_;   // given up to accept, and close, one connection when there are no more
    DateLine date_;
    FailureDelays delays_;
    HandlerRunner prompt_;
    std::shared_ptr<const PreparedAnswers> answers_;
    std::shared_ptr<const Security> security_;
    std::uint64_t generation_ = 0;
    std::uint64_t last_serial_ = 0;
    std::vector<std::unique_ptr<Connection>> connections_;      // by descriptor
    std::size_t open_ = 0;                                      // here or in the hub
    std::size_t anonymous_ = 0;                                 // of these
    std::unordered_map<std::string, std::size_t> per_address_;  // only with a limit
    std::string input_;                                         // what one read brings
    Head head_;                       // of the request that is being taken
    std::string output_;              // what one pass over a connection answers
    std::optional<Waiting> parking_;  // where the pass sends the connection, when not on
    Clock::time_point now_;
    Clock::time_point next_sweep_;
    std::optional<Clock::time_point> stop_by_;
};

}  // namespace revisiond::http
