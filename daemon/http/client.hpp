// What stays with a connection wherever it is, and how answers go out on it. Internal to the room.
#pragma once

#include <ctime>
#include <string>
#include <string_view>
#include <variant>

#include "base/descriptor.hpp"
#include "http/admission.hpp"
#include "http/reply.hpp"
#include "http/response.hpp"

namespace revisiond::http {

// An accepted connection. Owned by the acceptor or, while it is parked, by the hub.
struct Client {
    Descriptor socket;
    std::string peer;       // the address on the other side; "unix" on a UNIX socket
    std::string unread;     // bytes of the next request that came early
    bool anonymous = true;  // no valid token has come over it
};

// A refusal that is held back.
struct HeldBack {
    SharedResponse response;
    std::chrono::milliseconds delay{0};
};

// What a parked connection waits for.
using Waiting = std::variant<LongPoll, EventStream, HeldBack>;

// A connection on its way to the hub.
struct Parking {
    Client client;
    Waiting until;
    Pass pass;
    std::string output;  // of earlier answers, not sent yet
    bool keep_alive = true;
    bool head_only = false;
};

// A connection on its way back.
struct Leaving {
    Client client;
    bool keep_alive = false;  // it was answered and may send its next request; else it ends
};

// "Date: …\r\n" of this second; formatted once a second. One thread.
class DateLine {
  public:
    std::string_view now();

  private:
    std::time_t second_ = 0;
    std::string line_;
};

// Appends a rendered answer with its Date and, where the connection ends, Connection headers.
void append(std::string& output, const RenderedResponse& response, std::string_view date,
            bool head_only, bool keep_alive);

// The head of an event stream; the stream ends with its connection.
std::string event_stream_head(std::string_view date);

}  // namespace revisiond::http
