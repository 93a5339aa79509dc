// What a handler may answer: at once, later, or again and again.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <variant>

#include "http/request.hpp"
#include "http/response.hpp"
#include "http/subscription.hpp"

namespace revisiond::http {

// An answer that waits for something: the connection is parked in the hub and costs no worker.
// `ask` is called by the hub's thread, at once and whenever `topic` is announced (Hub::announce):
// an answer ends the wait, null goes on waiting. It must be quick and must not block; thousands may
// wait on one topic, so it should hand out one shared rendering. `late` answers when `patience`
// is over, or when the server stops.
struct LongPoll {
    std::string topic;
    std::function<SharedResponse()> ask;
    std::chrono::milliseconds patience{0};
    std::function<SharedResponse()> late;
};

// A stream of server-sent events. Subscribe first, read what is to be replayed then, and nothing is
// lost or sent twice: the hub sends `replay`, then everything that came in with a number above
// `after`.
struct EventStream {
    Subscription subscription;
    std::string replay;       // events in the stream's own format (to_sse); may be empty
    std::uint64_t after = 0;  // the number of the last event in `replay`
    bool ended = false;       // the replay holds the last event: send it and close
};

// An answer: written for this request, or rendered before for all who ask the same.
using Reply = std::variant<Response, SharedResponse, LongPoll, EventStream>;

// Runs on a worker thread, at the same time as others; of a prompt route (http/router.hpp) on the
// thread that accepts. What it throws becomes a 500 without words
// of the exception, which goes to ServerOptions::report.
using Handler = std::function<Reply(const Request&)>;

}  // namespace revisiond::http
