// From an admitted request to what its handler made of it. Internal to the room.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "http/admission.hpp"
#include "http/exchange.hpp"
#include "http/statistics.hpp"

namespace revisiond::http {

// Which connection a request came from. The serial tells it from a later one on the same
// descriptor.
struct Origin {
    int fd = -1;
    std::uint64_t serial = 0;
};

// A request for its handler.
struct Job {
    Origin from;
    std::string head;  // as rewrite_head made it
    std::string body;
    std::string address;
    Admitted admitted;
};

// What running handlers tells. Called by the thread that runs them.
struct HandlerHooks {
    std::function<void(const std::string&)> report;  // an exception in its own words
    std::function<void(const Served&)> observe;      // may be empty
};

// Runs handlers. One that throws is answered with a 500 that says nothing of the exception. One
// thread.
class HandlerRunner {
  public:
    explicit HandlerRunner(HandlerHooks hooks) : hooks_(std::move(hooks)) {}

    Outcome run(Job& job);

  private:
    Reply call(const Route& route, const Request& request) const;

    const HandlerHooks hooks_;
    Exchange exchange_;
};

}  // namespace revisiond::http
