// cpp-httplib at work: it parses a request that was checked before, and writes the answer.
//
// Nothing of it touches a socket or a thread. Its server object is driven over memory, one request
// at a time, and what it is known to do wrong cannot happen: the head was checked and rewritten
// (http/ head.hpp), the body is read by the acceptor, routes are our own, and no exception reaches
// it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "http/reply.hpp"

namespace revisiond::http {

// What became of a request: bytes to send, or a connection to park.
using Outcome = std::variant<SharedResponse, LongPoll, EventStream>;

// One cpp-httplib server object over memory. Used by one thread at a time.
class Exchange {
  public:
    Exchange();
    ~Exchange();
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    // `head` as rewrite_head makes it. `respond` gets the request with method, path, target, query
    // and headers filled in.
    Outcome run(const std::string& head, const std::function<Reply(Request&)>& respond);

  private:
    class Bridge;
    std::unique_ptr<Bridge> bridge_;
};

}  // namespace revisiond::http
