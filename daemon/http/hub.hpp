// Where connections wait without a worker: event streams, long-polls, and refusals that are held
// back.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/reply.hpp"
#include "http/subscription.hpp"

namespace revisiond::http {

// Limits of what waits.
struct HubLimits {
    std::size_t mailbox_bytes = 256 * 1024;          // a consumer that is further behind is dropped
    std::chrono::milliseconds heartbeat{15'000};     // a comment on a silent stream
    std::chrono::milliseconds longest_wait{60'000};  // a long-poll asks for more in vain
    std::chrono::milliseconds stalled{30'000};       // no byte taken for so long: dropped
};

// What whoever publishes sees of the hub. Every call may come from any thread, and none blocks on a
// connection.
class Hub {
  public:
    virtual ~Hub() = default;

    // A place on a topic, from now on. The topic need not be known.
    virtual Subscription subscribe(std::string topic) = 0;
    // To every subscriber of the topic.
    virtual void publish(const std::string& topic, const Event& event) = 0;
    // Every long-poll on the topic is asked again.
    virtual void announce(const std::string& topic) = 0;
    // Topics that have a subscriber now: what is worth reading from the database.
    virtual std::vector<std::string> topics() const = 0;
};

}  // namespace revisiond::http
