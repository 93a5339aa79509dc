// The hub with its thread. Internal to the room.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/bell.hpp"
#include "base/guarded.hpp"
#include "http/client.hpp"
#include "http/counters.hpp"
#include "http/hub.hpp"
#include "http/mailbox.hpp"
#include "http/poller.hpp"
#include "http/pulse.hpp"

namespace revisiond::http {

// Parks connections and writes to them from one thread of its own, "http-hub". A parked connection
// whose client goes away, or closes its sending side, ends.
class HubThread final : public Hub {
  public:
    // `leaving` takes connections back; it is called from the hub's thread.
    HubThread(HubLimits limits, Counters& counters, std::function<void(Leaving)> leaving);
    ~HubThread() override;

    void park(Parking parking);  // any thread
    // The rules from now on: what they do not let in any more ends. Any thread; before the first
    // park().
    void secure(std::shared_ptr<const Security> security);
    // Answers what waits with what is late, ends streams, takes no more. Returns when all have
    // left.
    void stop();
    // Whether the thread has gone round within `patience`; asks it. One thread.
    bool is_alive(std::chrono::seconds patience);

    Subscription subscribe(std::string topic) override;
    void publish(const std::string& topic, const Event& event) override;
    void announce(const std::string& topic) override;
    std::vector<std::string> topics() const override;

  private:
    using Clock = std::chrono::steady_clock;
    using Id = std::uint64_t;

    // A connection in the hub. A long-poll and a refusal end with their answer, a stream with its
    // last event.
    struct Parked {
        Id id = 0;
        Client client;
        Waiting until;
        Pass pass;
        std::chrono::system_clock::time_point admitted_until;
        bool keep_alive = false;
        bool head_only = false;
        std::string output;
        std::size_t sent = 0;
        bool finishing = false;  // the answer or the last event is in `output`
        bool blocked = false;    // waits for EPOLLOUT
        Clock::time_point timer;
    };

    // What other threads leave for the hub's.
    struct Inbox {
        std::vector<Parking> arrivals;
        std::shared_ptr<const Security> security;
        std::set<std::string, std::less<>> announced;
        std::vector<Id> posted;  // whose mailbox is to be looked into
        bool stopping = false;
        bool closed = false;  // the thread has ended: nobody can be parked
    };
    using Topics = std::map<std::string, std::vector<std::weak_ptr<Mailbox>>, std::less<>>;

    void run();
    void read_inbox();
    void arrive(Parking parking);
    // False when it is let in no longer, and has left.
    bool admit(Parked& parked);
    bool is_admitted(const Parked& parked) const;
    void turn_out(Parked& parked);
    void ask(Parked& parked);
    void expire(Parked& parked);
    void answer(Parked& parked, const SharedResponse& response);
    // Sends what there is; true while the connection is still parked.
    bool flush(Parked& parked);
    bool refill(Parked& parked);
    void set_timer(Parked& parked, Clock::time_point when);
    void leave(Parked& parked, bool answered);
    void finish_all();
    std::optional<std::chrono::milliseconds> patience() const;

    const HubLimits limits_;
    Counters& counters_;
    const std::function<void(Leaving)> leaving_;
    Bell bell_;
    Guarded<Inbox> inbox_;
    Guarded<Topics> topics_;
    Pulse pulse_;

    // Of the hub's thread alone:
    Poller poller_;
    DateLine date_;
    std::shared_ptr<const Security> security_;
    Id last_id_ = 0;
    bool stopping_ = false;
    std::unordered_map<Id, Parked> parked_;
    std::set<std::pair<Clock::time_point, Id>> timers_;
    std::map<std::string, std::set<Id>, std::less<>> polls_;  // by topic

    std::thread thread_;  // last: it uses all of the above
};

}  // namespace revisiond::http
