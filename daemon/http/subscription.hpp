// A consumer's place in the hub.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace revisiond::http {

class Mailbox;

// One event of a stream.
struct Event {
    std::uint64_t id = 0;  // 0: has no number, is sent whatever was replayed
    std::string type;
    std::string data;   // JSON
    bool last = false;  // the stream ends behind it
};

// The lines of one event: "id: 7\nevent: step_ends\ndata: {…}\n\n".
std::string to_sse(const Event& event);

// Holds what is published on a topic from the moment it is made. Gives its place back when it goes
// away. Movable; made by Hub::subscribe.
class Subscription {
  public:
    Subscription() = default;
    explicit Subscription(std::shared_ptr<Mailbox> mailbox) : mailbox_(std::move(mailbox)) {}

    const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }

  private:
    std::shared_ptr<Mailbox> mailbox_;
};

}  // namespace revisiond::http
